from datetime import datetime, tzinfo

import pytest

from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.formats import FORMATS, page_xml
from text_recognizer.tests.formats.pages import PAGES


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
