"""Values of parsed JSON against the types that dataclasses and functions declare.

A type is what an annotation says: `int`, `float`, `bool`, `str`, `Literal[...]`, `X | None`, `Sequence[X]`,
`tuple[X, X]`, `Mapping[str, Any]`, another dataclass, each of them with a `Range` if it is a number:
`Annotated[int, Range(at_least=1)]`. Anything else is accepted as it is.
"""

import collections.abc
import dataclasses
import inspect
import json
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from text_recognizer.errors import ConfigError

Made = TypeVar("Made")

_SCALARS: Mapping[Any, str] = {
    int: "a whole number", float: "a number", bool: "true or false", str: "a string", type(None): "null",
}  # fmt: skip


@dataclass(frozen=True)
class Range:
    """The numbers that a field accepts; a bound that is None does not bind.

    ```python
    from training.typed_fields import Range

    print(Range(more_than=0, at_most=1), 0.5 in Range(more_than=0, at_most=1))
    ```

    Attributes:
        at_least: The least number.
        at_most: The greatest number.
        more_than: Every number is greater than it.
        less_than: Every number is less than it.
    """

    at_least: float | None = None
    at_most: float | None = None
    more_than: float | None = None
    less_than: float | None = None

    def __contains__(self, value: float) -> bool:
        """Return whether a number lies within the bounds."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.more_than is None or value > self.more_than)
            and (self.less_than is None or value < self.less_than)
        )

    def __str__(self) -> str:
        """Return the bounds as text, such as `> 0 and <= 1`."""
        signs = {">=": self.at_least, ">": self.more_than, "<=": self.at_most, "<": self.less_than}
        return " and ".join(f"{sign} {bound:g}" for sign, bound in signs.items() if bound is not None)


def from_json(cls: type[Made], values: Any, where: str) -> Made:
    """Return a dataclass of a JSON object; the class itself calls `check_fields`.

    Args:
        cls: The dataclass.
        values: The parsed JSON.
        where: What the object is called, for messages.

    Raises:
        ConfigError: If it is no object, a key is unknown or missing, or a value does not fit.
    """
    if not isinstance(values, Mapping):
        raise ConfigError(f"{where} is {_shown(values)}; expected an object.")
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    if unknown := sorted(set(values) - set(fields)):
        raise ConfigError(f"Expected keys of {where} among {sorted(fields)}; received {unknown}.")
    needed = [
        name
        for name, field in fields.items()
        if field.default is field.default_factory is dataclasses.MISSING and name not in values
    ]
    if needed:
        raise ConfigError(f"{where} lacks {', '.join(map(repr, needed))}.")
    return cls(**values)


def check_fields(instance: Any, where: str) -> None:
    """Check every field of a frozen dataclass against its type, and convert what JSON cannot say.

    Lists become tuples, whole numbers of a float field floats, objects the dataclass of their field.

    Args:
        instance: The dataclass, from its `__post_init__`.
        where: Prefix of the fields' names in messages, such as `train_args`; may be empty.

    Raises:
        ConfigError: If a value does not fit.
    """
    for name, hint in get_type_hints(type(instance), include_extras=True).items():
        path = f"{where}.{name}" if where else name
        object.__setattr__(instance, name, converted(getattr(instance, name), hint, path))


def check_argument_types(function: Callable[..., Any], arguments: Mapping[str, Any], where: str) -> None:
    """Check the arguments of a function, or of the constructor of a class, against its annotations.

    Raises:
        ConfigError: If one does not fit.
    """
    hints = get_type_hints(function.__init__ if inspect.isclass(function) else function, include_extras=True)
    for name, value in arguments.items():
        converted(value, hints.get(name, Any), f"{where}.{name}")


def converted(value: Any, hint: Any, where: str) -> Any:
    """Return a value as its type wants it.

    Raises:
        ConfigError: If it is of another type or out of range.
    """
    origin, inner = get_origin(hint), get_args(hint)
    refused = ConfigError(f"{where} is {_shown(value)}; expected {described(hint)}.")
    if origin is Annotated:
        result = converted(value, inner[0], where) if _is_a(value, inner[0]) else None
        if result is None or not all(result in bound for bound in inner[1:] if isinstance(bound, Range)):
            raise refused
        return result
    if origin in (Union, types.UnionType):
        return _converted_union(value, inner, where, refused)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return value if isinstance(value, hint) else from_json(hint, value, where)
    if not _is_a(value, hint):
        raise refused
    if hint is float:
        return float(value)
    if origin is tuple or origin is collections.abc.Sequence:
        items = inner if origin is tuple else inner * len(value)
        return tuple(
            converted(item, kind, f"{where}[{i}]")
            for i, (item, kind) in enumerate(zip(value, items, strict=True))
        )
    return value


def _converted_union(value: Any, kinds: tuple[Any, ...], where: str, refused: ConfigError) -> Any:
    """Return a value as the one of `kinds` that it fits wants it; null fits only None."""
    others = [kind for kind in kinds if kind is not type(None)]
    if value is None:
        if len(others) == len(kinds):
            raise refused
        return None
    for kind in others:
        try:
            return converted(value, kind, where)
        except ConfigError as error:
            if len(others) == 1 and f"{where} is " not in str(error):
                raise  # it says which part of a list or an object does not fit
    raise refused


def _is_a(value: Any, hint: Any) -> bool:
    """Return whether the outermost type of a value fits; true of types that are not known here."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is bool or hint is str or hint is type(None):
        return isinstance(value, hint)
    if hint is int or hint is float:
        kinds = int if hint is int else int | float
        largest = sys.float_info.max  # neither infinite nor NaN is below it
        return isinstance(value, kinds) and not isinstance(value, bool) and -largest <= value <= largest
    if origin is Literal:
        return type(value) is not bool and value in inner
    if origin is tuple:
        return isinstance(value, list | tuple) and len(value) == len(inner)
    if origin is collections.abc.Sequence:
        return isinstance(value, list | tuple)
    if origin is collections.abc.Mapping:
        return isinstance(value, Mapping)
    return True


def described(hint: Any) -> str:
    """Return what a type accepts, in words."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return " ".join([described(inner[0]), *(str(bound) for bound in inner[1:])])
    if origin in (Union, types.UnionType):
        return " or ".join(described(kind) for kind in inner)
    if origin is Literal:
        return f"one of {', '.join(map(_shown, inner))}"
    if origin is tuple:
        return f"a list of {len(inner)}: {', '.join(described(kind) for kind in inner)}"
    if origin is collections.abc.Sequence:
        return f"a list, each item {described(inner[0])}"
    return _SCALARS.get(hint, "an object")


def _shown(value: Any) -> str:
    """Return a value as JSON, shortened."""
    text = json.dumps(value, default=repr)
    return text if len(text) <= 80 else f"{text[:77]}..."
