import json

import pytest

from text_recognizer.formats.jsonl import to_jsonl
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.tests.formats.pages import CONTROLS, EMPTY, PAGES, SLOPING, without_blank_lines


@pytest.mark.parametrize("name", PAGES)
def test_each_line_is_an_object(name: str) -> None:
    records = [json.loads(record) for record in to_jsonl(PAGES[name]).splitlines()]
    lines = without_blank_lines(PAGES[name]).lines
    assert [record["number"] for record in records] == list(range(1, len(lines) + 1))
    assert tuple(map(LinePrediction.from_dict, records)) == lines


def test_each_object_names_its_image() -> None:
    assert json.loads(to_jsonl(SLOPING))["image"] == "scans/letter.png"
    assert to_jsonl(EMPTY) == ""


@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_escaped(name: str) -> None:
    text, _ = CONTROLS[name]
    document = to_jsonl(PagePrediction((LinePrediction(text, 0.5),)))
    assert document.encode()
    assert json.loads(document)["text"] == text
