import json

import pytest

from text_recognizer import LinePrediction, PagePrediction
from text_recognizer.formats import FORMATS
from text_recognizer.tests.formats.pages import CONTROLS, EMPTY, PAGES, SPECIAL, TWO_LINES


def test_the_formats() -> None:
    assert list(FORMATS) == ["text", "json", "hocr", "alto"]
    assert len({format_.media_type for format_ in FORMATS.values()}) == 4
    assert len({format_.suffix for format_ in FORMATS.values()}) == 4


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("page", PAGES)
def test_documents_are_utf8_and_end_without_a_newline(name: str, page: str) -> None:
    document = FORMATS[name].render(PAGES[page])
    assert document.encode().decode() == document
    assert name == "text" or document[-1] in "}>"
    assert FORMATS[name].render(PAGES[page]) == document


def test_text() -> None:
    render = FORMATS["text"].render
    assert render(TWO_LINES) == "The first line.\nand a second"
    assert render(SPECIAL) == SPECIAL.text
    assert render(EMPTY) == ""


@pytest.mark.parametrize("name", CONTROLS)
def test_text_holds_no_control_characters(name: str) -> None:
    text, wanted = CONTROLS[name]
    page = PagePrediction((LinePrediction(text, 0.5), LinePrediction("second", 0.5)))
    assert FORMATS["text"].render(page) == f"{wanted}\nsecond"


@pytest.mark.parametrize("name", PAGES)
def test_json_round_trip(name: str) -> None:
    document = FORMATS["json"].render(PAGES[name])
    assert "\n" not in document
    assert json.loads(document) == PAGES[name].to_dict()


@pytest.mark.parametrize("name", CONTROLS)
def test_json_escapes_what_it_cannot_hold(name: str) -> None:
    text, _ = CONTROLS[name]
    document = FORMATS["json"].render(PagePrediction((LinePrediction(text, 0.5),)))
    assert json.loads(document.encode())["text"] == text
    assert all(character >= " " for character in document)


def test_json_has_no_numbers_that_are_none() -> None:
    with pytest.raises(ValueError, match="JSON"):
        FORMATS["json"].render(PagePrediction((LinePrediction("x", float("nan")),)))
