import io
import json
import re
from dataclasses import replace
from datetime import datetime, tzinfo

import numpy as np
import pytest

from text_recognizer import DocumentPrediction, LinePrediction, PagePrediction, Region
from text_recognizer.formats import FORMATS, PICTURE_FORMATS, page_xml
from text_recognizer.tests.formats.pages import EMPTY, PAGES, SLOPING, TWO_LINES


class StoppedClock(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "StoppedClock":
        return cls(2026, 1, 2, 3, 4, 5, tzinfo=tz)


def test_the_formats() -> None:
    assert list(FORMATS) == ["text", "markdown", "json", "jsonl", "tsv", "hocr", "alto", "page"]
    assert len({format_.media_type for format_ in FORMATS.values()}) == len(FORMATS)
    assert len({format_.suffix for format_ in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("page", PAGES)
def test_documents_are_utf8_and_end_without_a_newline(
    name: str, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_xml, "datetime", StoppedClock)
    document = FORMATS[name].render(PAGES[page])
    assert document.encode().decode() == document
    assert name in ("text", "markdown", "jsonl", "tsv") or document[-1] in "}>"
    assert not document.endswith("\n")
    assert FORMATS[name].render(PAGES[page]) == document


@pytest.mark.parametrize("name", FORMATS)
def test_lines_without_text_are_only_in_json(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_xml, "datetime", StoppedClock)
    blank = PagePrediction((LinePrediction(" ", 0.0, Region(7, 7, 77, 77)),), 99, 99)
    empty = PagePrediction((), 99, 99)
    same = FORMATS[name].render(blank) == FORMATS[name].render(empty)
    assert same == (name != "json")


SEVERAL = (TWO_LINES, replace(SLOPING, number=2), replace(EMPTY, number=3))


@pytest.mark.parametrize("name", [name for name, format_ in FORMATS.items() if not format_.one_page])
def test_several_pages_make_one_document(name: str) -> None:
    document = FORMATS[name].render(*SEVERAL)
    places = [document.rindex(word) for word in ("first", "second", "be")]
    assert places == sorted(places)


def test_pages_keep_their_numbers() -> None:
    rows = [row.split("\t") for row in FORMATS["tsv"].render(*SEVERAL).splitlines()[1:]]
    assert [row[1] for row in rows if row[0] == "1"] == ["1", "2", "3"]
    assert {row[1] for row in rows if row[11] in ("to", "be")} == {"2"}
    records = [json.loads(row) for row in FORMATS["jsonl"].render(*SEVERAL).splitlines()]
    assert [(record["page"], record["number"]) for record in records] == [(1, 1), (1, 2), (2, 1)]
    assert FORMATS["text"].render(*SEVERAL).split("\n\f")[1] == "to be"
    assert re.findall(r"ppageno (\d)", FORMATS["hocr"].render(*SEVERAL)) == ["0", "1", "2"]
    document = DocumentPrediction.from_dict(json.loads(FORMATS["json"].render(*SEVERAL)))
    assert document.pages == SEVERAL


@pytest.mark.parametrize("name", ["alto", "hocr"])
def test_names_of_elements_come_once(name: str) -> None:
    document = FORMATS[name].render(*SEVERAL)
    names = re.findall(r'\b(?:ID|id)="([^"]+)"', document)
    assert len(names) == len(set(names))
    assert len(re.findall(r"<Page |ocr_page\"", document)) == len(SEVERAL)


@pytest.mark.parametrize("name", PICTURE_FORMATS)
def test_pictures_begin_as_their_kind_does(name: str) -> None:
    file = io.BytesIO()
    PICTURE_FORMATS[name].write(file, [(TWO_LINES, np.full((300, 400), 255, np.uint8))])
    assert file.getvalue().startswith({"pdf": b"%PDF-1.7", "png": b"\x89PNG"}[name])
