"""Programs of others read what we write: qpdf (pikepdf), pdfminer.six, OCRmyPDF's parser of hOCR."""

import io
from pathlib import Path

import numpy as np
import pytest

from text_recognizer import PagePrediction
from text_recognizer.formats import FORMATS
from text_recognizer.formats.boxes import written_lines
from text_recognizer.formats.pdf import write_pdf
from text_recognizer.tests.formats.pages import PAGES, SLOPING, TWO_LINES, WORDS

pytestmark = pytest.mark.slow  # the libraries take a second to be imported


def pdf_of(*pages: PagePrediction) -> io.BytesIO:
    file = io.BytesIO()
    images = [np.full((page.height or 20, page.width or 30), 255, np.uint8) for page in pages]
    write_pdf(file, zip(pages, images, strict=True))
    return file


def test_qpdf_finds_no_fault_in_a_pdf() -> None:
    pikepdf = pytest.importorskip("pikepdf", reason="pikepdf is not installed")
    with pikepdf.open(pdf_of(*PAGES.values())) as pdf:
        assert len(pdf.pages) == len(PAGES)
        assert pdf.check_pdf_syntax() == []


def test_pdfminer_reads_the_words_in_their_order() -> None:
    high_level = pytest.importorskip("pdfminer.high_level", reason="pdfminer.six is not installed")
    text = high_level.extract_text(pdf_of(TWO_LINES, WORDS, SLOPING))
    assert text.split() == [word for page in (TWO_LINES, WORDS, SLOPING) for word in page.text.split()]


@pytest.mark.parametrize("page", [TWO_LINES, WORDS, SLOPING])
def test_ocrmypdf_parses_hocr(page: PagePrediction, tmp_path: Path) -> None:
    parsing = pytest.importorskip("ocrmypdf.hocrtransform", reason="OCRmyPDF is not installed")
    (tmp_path / "page.hocr").write_text(FORMATS["hocr"].render(page), encoding="utf-8")
    root = parsing.HocrParser(tmp_path / "page.hocr").parse()
    assert (root.bbox.right, root.bbox.bottom) == (page.width, page.height)
    lines = root.iter_by_class("ocr_line")
    expected = written_lines(page)
    assert len(lines) == len(expected)
    for element, line in zip(lines, expected, strict=True):
        words = element.iter_by_class("ocrx_word")
        assert " ".join(word.text for word in words) == line.text
        confidences = [word.confidence for word in line.words] or [line.confidence]
        assert [word.confidence for word in words] == pytest.approx(confidences, abs=0.006)
        assert (element.baseline is not None) == bool(line.baseline)
