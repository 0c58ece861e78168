"""Values are checked against the annotations of dataclasses and functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest

from text_recognizer.errors import ConfigError
from training.typed_fields import Range, check_argument_types, check_fields, converted, from_json


@dataclass(frozen=True)
class Part:
    """One part."""

    size: Annotated[int, Range(at_least=1)] = 1

    def __post_init__(self) -> None:
        check_fields(self, "part")


@dataclass(frozen=True)
class Whole:
    """All kinds of fields."""

    name: str
    rate: Annotated[float, Range(more_than=0, at_most=1)] = 1.0
    kind: Literal["a", "b"] = "a"
    parts: Sequence[Part] = ()
    limit: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_fields(self, "")


def test_objects_become_dataclasses_and_lists_tuples() -> None:
    whole = from_json(Whole, {"name": "n", "rate": 1, "parts": [{"size": 3}, {}]}, "whole")
    assert whole == Whole("n", 1.0, "a", (Part(3), Part(1)))
    assert isinstance(whole.rate, float)
    assert isinstance(whole.parts, tuple)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "whole lacks 'name'"),
        ({"name": "n", "nome": 1}, r"keys of whole among .*'name'.*received \['nome'\]"),
        ({"name": 3}, "name is 3; expected a string"),
        ({"name": "n", "rate": 0}, "rate is 0; expected a number > 0 and <= 1"),
        ({"name": "n", "rate": True}, "rate is true; expected a number"),
        ({"name": "n", "rate": "1"}, 'rate is "1"; expected a number'),
        ({"name": "n", "kind": "c"}, 'kind is "c"; expected one of "a", "b"'),
        ({"name": "n", "limit": 1.0}, "limit is 1.0; expected a whole number or null"),
        ({"name": "n", "parts": {"size": 1}}, "parts is .*; expected a list, each item an object"),
        ({"name": "n", "parts": [{"size": 0}]}, "part.size is 0; expected a whole number >= 1"),
        ({"name": "n", "parts": ["x"]}, r'parts\[0\] is "x"; expected an object'),
        ({"name": "n", "extra": []}, r"extra is \[\]; expected an object"),
        (["name"], r'whole is \["name"\]; expected an object'),
    ],
)
def test_what_does_not_fit_is_named_with_what_does(values: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_json(Whole, values, "whole")


def test_arguments_are_checked_against_annotations() -> None:
    def network(shape: tuple[int, int], width: int | None = 3, *, sizes: Sequence[int] = ()) -> None:
        """Take some arguments."""

    check_argument_types(network, {"width": None, "sizes": [1, 2], "unannotated": object()}, "args")
    with pytest.raises(ConfigError, match=r'args\.sizes\[1\] is "2"; expected a whole number'):
        check_argument_types(network, {"sizes": [1, "2"]}, "args")


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        (Range(at_least=0), [0, 5], [-1]),
        (Range(more_than=0), [1e-9], [0]),
        (Range(at_most=1), [1, -3], [1.5]),
        (Range(less_than=1), [0.99], [1]),
    ],
)
def test_ranges_include_their_ends_or_not(bounds: Range, inside: list[float], outside: list[float]) -> None:
    assert all(value in bounds for value in inside)
    assert not any(value in bounds for value in outside)


def test_long_values_are_shortened_in_messages() -> None:
    with pytest.raises(ConfigError, match=r"text is \[1, 1, .*\.\.\.; expected a string"):
        converted([1] * 100, str, "text")
