"""Parameters of an augmentation: named, typed, within ranges, readable from the JSON of an experiment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self, TypeVar

from text_recognizer.errors import ConfigError

Value = TypeVar("Value", float, tuple[float, float], tuple[int, int])


@dataclass(frozen=True)
class Augmentation:
    """Base class of the parameters of one kind of sample; without parameters of its own.

    ```python
    from dataclasses import dataclass

    from text_recognizer.augmentation.parameters import Augmentation, within

    @dataclass(frozen=True)
    class Blur(Augmentation):
        probability: float = within(0.3, 0, 1)
        radius: tuple[float, float] = within((0.5, 2.0), 0, 10)  # pixels

    print(Blur.from_dict({"radius": [1, 3]}))
    ```

    Every parameter is a number or an interval (low, high) from which a number is drawn evenly. All of them
    are declared by `within` and checked when an object is made.

    ```python
    from text_recognizer.augmentation.lines import LineAugmentation

    print(LineAugmentation.from_dict({"slope": 0, "scale_x": [0.9, 1.1]}))
    ```
    """

    def __post_init__(self) -> None:
        """Check the parameters.

        Raises:
            ConfigError: If one is of the wrong type or out of its range.
        """
        for parameter in fields(self):
            value = getattr(self, parameter.name)
            low, high = parameter.metadata["low"], parameter.metadata["high"]
            if isinstance(parameter.default, tuple):
                _check_interval(parameter.name, value, low, high, type(parameter.default[0]))
                object.__setattr__(self, parameter.name, tuple(value))  # JSON gives a list
            elif not _is_number(value, float) or not low <= value <= high:
                raise ConfigError(f"{parameter.name} is {value!r}; expected a number from {low} to {high}.")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the parameters that an experiment names; all others have their defaults.

        Raises:
            ConfigError: If a parameter is unknown, of the wrong type or out of its range.
        """
        known = [parameter.name for parameter in fields(cls)]
        if unknown := sorted(set(values) - set(known)):
            raise ConfigError(f"{cls.__name__} has no parameter {unknown[0]!r}; it has {', '.join(known)}.")
        return cls(**values)


def within(default: Value, low: float, high: float) -> Value:
    """Declare a parameter of a dataclass: its default, and the range in which it has to lie.

    Args:
        default: A number, or an interval, whose ends are whole numbers if those of the default are.
        low: The least that is accepted.
        high: The most.
    """
    declared: Value = field(default=default, metadata={"low": low, "high": high})
    return declared


def _check_interval(name: str, value: object, low: float, high: float, kind: type) -> None:
    numbers = "two numbers" if kind is float else "two whole numbers"
    if (
        not isinstance(value, list | tuple)
        or len(value) != 2
        or not all(_is_number(end, kind) for end in value)
        or not low <= value[0] <= value[1] <= high
    ):
        raise ConfigError(f"{name} is {value!r}; expected {numbers}, ascending, from {low} to {high}.")


def _is_number(value: object, kind: type) -> bool:
    accepted = (int, float) if kind is float else (int,)
    return isinstance(value, accepted) and not isinstance(value, bool)
