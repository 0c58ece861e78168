"""Pages and documents are saved, drawn and made tables of, without an import before."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from text_recognizer import DocumentPrediction
from text_recognizer.tests.formats.pages import SLOPING, TWO_LINES, WORDS

IMAGE = np.full((300, 400), 255, np.uint8)


def test_pages_and_documents_are_saved_alike(tmp_path: Path) -> None:
    TWO_LINES.save(tmp_path / "page.txt")
    DocumentPrediction((TWO_LINES,)).save(str(tmp_path / "document.txt"))
    assert (tmp_path / "page.txt").read_text() == (tmp_path / "document.txt").read_text() != ""
    TWO_LINES.save(tmp_path / "page.pdf", IMAGE)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_a_page_is_drawn() -> None:
    assert TWO_LINES.draw(IMAGE).size == (800, 300)
    assert DocumentPrediction((SLOPING, TWO_LINES)).draw(IMAGE, page=2).size == (800, 300)


def test_a_table_has_a_row_for_each_word(monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = ModuleType("pandas")
    pandas.DataFrame = list  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    rows = list(DocumentPrediction((WORDS,)).to_pandas())
    assert [(row["page"], row["line"], row["word"], row["text"]) for row in rows] == [
        (1, 1, 1, "to"),
        (1, 1, 2, "<be>"),
    ]
    assert rows[0]["x2"] == 40
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError):
        WORDS.to_pandas()


@pytest.mark.process
def test_results_need_no_library_until_they_are_saved() -> None:
    code = "import sys, text_recognizer.predictions.document as document\n"
    code += "print({'numpy', 'PIL', 'pandas'} & sys.modules.keys())"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout == "set()\n"
