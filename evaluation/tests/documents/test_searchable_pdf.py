"""Shares of words in order and of boxes, and the table of the command."""

from pathlib import Path

import pytest

from evaluation.documents import searchable_pdf
from evaluation.documents.pdf_readers import FoundText, FoundWord
from evaluation.documents.searchable_pdf import boxes_on_words, main, words_in_order
from text_recognizer import LinePrediction, PagePrediction
from text_recognizer.predictions.types import TextSpan

POINTS = 842 / 1754
WORD = TextSpan("be", 0.9, 100, 200, ((100, 50), (200, 50), (200, 90), (100, 90)))
PAGE = PagePrediction((LinePrediction("be", 0.9, None, (WORD,)),), 1240, 1754)


@pytest.mark.parametrize(
    ("found", "share"), [("to be or", 1.0), ("or to be", 2 / 3), ("", 0.0), ("be be to x or", 2 / 3)]
)
def test_words_in_order(found: str, share: float) -> None:
    assert words_in_order(["to", "be", "or"], found.split()) == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "box", "share"),
    [
        ("be", (100, 50, 200, 90), 1),
        ("be", (100, 50, 200, 171), 0),
        ("be", (120, 50, 200, 90), 1),
        ("bee", (100, 50, 200, 90), 0),
    ],
)
def test_boxes_on_words(text: str, box: tuple[int, int, int, int], share: float) -> None:
    left, top, right, bottom = (POINTS * side for side in box)
    found = FoundText([text], [FoundWord(text, (left, top, right, bottom))])
    assert boxes_on_words(PAGE, found) == share


def test_the_command_prints_a_row_for_each_slope(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read(path: Path) -> FoundText:
        assert path.read_bytes().startswith(b"%PDF")
        return FoundText([], [])

    monkeypatch.setattr(searchable_pdf, "installed_readers", lambda: {"nobody": read})
    assert main(["--degrees", "0", "-8", "--pages", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == ["| 0 | 0.0 | 0.0 |", "| -8 | 0.0 | 0.0 |"]


def test_without_a_reader_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(searchable_pdf, "installed_readers", dict)
    assert main([]) == 1
    assert "poppler-utils" in caplog.text
