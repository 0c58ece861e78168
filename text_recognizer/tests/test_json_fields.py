import re
from typing import Any

import pytest

from text_recognizer.errors import InvalidInputError
from text_recognizer.json_fields import read_choice, read_field


def test_whole_numbers_count_as_real_ones_and_absent_values_have_a_default() -> None:
    value = read_field({"confidence": 1}, "confidence", float)
    assert (type(value), value) == (float, 1.0)
    assert read_field({}, "complete", bool, True) is True


@pytest.mark.parametrize(
    ("fields", "kind", "message"),
    [
        (None, int, "a JSON object with 'x'; received 'None'"),
        ([1], int, "a JSON object with 'x'; received '[1]'"),
        ({}, int, "'x' as int in a JSON object; received 'None'"),
        ({"x": True}, int, "'x' as int"),
        ({"x": 1.5}, int, "'x' as int"),
        ({"x": "1"}, float, "'x' as float"),
        ({"x": None}, str, "'x' as str"),
    ],
)
def test_what_is_missing_or_of_another_type_is_named(fields: Any, kind: type[Any], message: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(message)):
        read_field(fields, "x", kind)


def test_choices_are_checked() -> None:
    assert read_choice({"kind": "print"}, "kind", ["handwriting", "print"]) == "print"
    assert read_choice({}, "kind", ["print"]) is read_choice({"kind": None}, "kind", ["print"]) is None
    with pytest.raises(InvalidInputError, match="'kind' as one of print; received 3"):
        read_choice({"kind": 3}, "kind", ["print"])


def test_message_about_a_choice_repeats_little_of_what_was_sent() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_choice({"kind": "x" * 1_000_000}, "kind", ["print"])
    assert len(str(caught.value)) < 200
