"""Values of JSON objects by name and type, so that what is missing or wrong is named."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from text_recognizer.errors import InvalidInputError

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=str)


def read_field(fields: Any, name: str, kind: type[Value], default: Value | None = None) -> Value:
    """Return the value `name` of a JSON object, whose type is `kind`; whole numbers count as float too.

    Args:
        fields: The JSON object.
        name: Key of the value.
        kind: Its type: exactly this one, so that `true` is no whole number.
        default: What an absent value counts as; None if it must not be absent.

    Raises:
        InvalidInputError: If `fields` is no object, or the value is absent or of another type.
    """
    if not isinstance(fields, Mapping):
        raise InvalidInputError(f"Expected a JSON object with {name!r}; received {str(fields)[:80]!r}.")
    value = fields.get(name, default)
    if kind is float and type(value) is int:  # JSON has one type of number
        value = float(value)
    if type(value) is not kind:
        raise InvalidInputError(
            f"Expected {name!r} as {kind.__name__} in a JSON object; received {str(value)[:80]!r}."
        )
    return value


def read_choice(fields: Mapping[str, Any], name: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the value `name` of a JSON object, which is one of `choices`; None if it is null or absent.

    Raises:
        InvalidInputError: If it is another one.
    """
    value = fields.get(name)
    for choice in choices:
        if value == choice:
            return choice
    if value is not None:
        received = repr(value)[:80]
        raise InvalidInputError(f"Expected {name!r} as one of {', '.join(choices)}; received {received}.")
    return None
