import json

import pytest

from text_recognizer.formats.text import one_line, to_json, to_text
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.tests.formats.pages import (
    CONTROLS,
    EMPTY,
    PAGES,
    SPECIAL,
    TWO_LINES,
    without_blank_lines,
)


def test_breaks_become_spaces_and_controls_vanish() -> None:
    assert one_line("a\tb\r\nc\u2028d") == "a b  c d"
    assert one_line("\x00a\x1b\x7f\x9f\ud800\ufdd0\uffffb") == "ab"


def test_text() -> None:
    assert to_text(TWO_LINES) == "The first line.\nand a second"
    assert to_text(SPECIAL) == without_blank_lines(SPECIAL).text
    assert to_text(EMPTY) == ""


@pytest.mark.parametrize("name", CONTROLS)
def test_text_holds_no_control_characters(name: str) -> None:
    text, wanted = CONTROLS[name]
    page = PagePrediction((LinePrediction(text, 0.5), LinePrediction("second", 0.5)))
    assert to_text(page) == f"{wanted}\nsecond"


@pytest.mark.parametrize("name", PAGES)
def test_json_round_trip(name: str) -> None:
    document = to_json(PAGES[name])
    assert "\n" not in document
    assert json.loads(document) == PAGES[name].to_dict()


@pytest.mark.parametrize("name", CONTROLS)
def test_json_escapes_what_it_cannot_hold(name: str) -> None:
    text, _ = CONTROLS[name]
    document = to_json(PagePrediction((LinePrediction(text, 0.5),)))
    assert json.loads(document.encode())["text"] == text
    assert all(character >= " " for character in document)


def test_json_has_no_numbers_that_are_none() -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json(PagePrediction((LinePrediction("x", float("nan")),)))
