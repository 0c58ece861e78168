"""Readers that are installed find the words of a PDF, and where they stand."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.documents.pdf_readers import installed_readers
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.formats.pdf import write_pdf
from text_recognizer.predictions.types import TextSpan

WORDS = (
    TextSpan("café", 0.9, 100, 180, ((100, 60), (180, 60), (180, 100), (100, 100))),
    TextSpan("noir", 0.9, 200, 280, ((200, 60), (280, 60), (280, 100), (200, 100))),
)
LINE = LinePrediction("café noir", 0.9, Region(100, 60, 280, 100), WORDS, (), ((100, 90), (280, 90)))


@pytest.mark.parametrize("name", ["pdftotext", "PDFium", "pdfplumber"])
def test_words_are_found_where_they_stand(name: str, tmp_path: Path) -> None:
    readers = installed_readers()
    if name not in readers:
        pytest.skip(f"{name} is not installed")
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        write_pdf(file, [(PagePrediction((LINE,), 842, 421), np.full((50, 100), 255, np.uint8))])
    found = readers[name](path)
    assert found.words == ["café", "noir"]
    assert [word.text for word in found.boxes] == ["café", "noir"]
    assert found.boxes[1].box == pytest.approx((200, 60, 280, 100), abs=3)


def test_readers_that_are_not_here_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert installed_readers() == {}
