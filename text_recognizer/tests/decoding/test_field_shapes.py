"""What prefixes of fields end with: groups and marks of numbers, parts of codes."""

import pytest

from text_recognizer.decoding.field_shapes import START, Shape, after, shapes
from text_recognizer.vocabulary import LATIN_CHARACTERS


def shape_of(prefix: str) -> Shape:
    shape = START
    for character in prefix:
        shape = after(shape, character)
    return shape


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("", "start"),
        ("12", "digit"),
        ("12.", "mark"),
        ("12.5", "fraction"),
        ("-", "sign"),
        ("SW", "capitals"),
        ("SW1", "area"),
        ("SW1 ", "start"),
        ("SW1 4", "inner"),
        ("SW1 4AB", "inner_code"),
        ("8A", "code"),
        ("The", "text"),
        ("The 12", "digit"),
        ("The A", "text"),
    ],
)
def test_kinds(prefix: str, kind: str) -> None:
    assert shape_of(prefix).kind == kind


def test_a_field_ends_with_the_first_word_that_has_no_digits() -> None:
    assert shape_of("12 May").field
    assert not shape_of("12 May 19").field
    assert shape_of("12 34").field


def test_groups_of_three_digits_are_told_from_decimals() -> None:
    assert shape_of("63,055,91").grouped
    assert not shape_of("63,055.91").grouped
    assert not shape_of("17.05.1950").grouped
    assert shape_of("17.05.1950").several
    assert shape_of("1.23456") == shape_of("1.2345")


def test_the_shapes_of_an_alphabet_are_few_and_begin_with_the_empty_prefix() -> None:
    numbers = shapes(LATIN_CHARACTERS)
    assert numbers[START] == 0
    assert sorted(numbers.values()) == list(range(len(numbers)))
    assert len(numbers) < 100
