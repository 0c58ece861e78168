"""Programs of others read what we write; each that is not installed is skipped."""

import io
import shutil
import subprocess
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


def words_of(page: PagePrediction) -> list[str]:
    return page.text.split()


def output_of(program: str, path: Path) -> str:
    """Return what a program writes about a file."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    options = ["-t"] if program == "alto-tools" else []
    return subprocess.run([program, *options, str(path)], capture_output=True, text=True, check=True).stdout


@pytest.mark.process
@pytest.mark.parametrize("page", [TWO_LINES, WORDS, SLOPING])
@pytest.mark.parametrize(("program", "format_"), [("alto-tools", "alto"), ("hocr-lines", "hocr")])
def test_programs_print_the_text(program: str, format_: str, page: PagePrediction, tmp_path: Path) -> None:
    (tmp_path / "page").write_text(FORMATS[format_].render(page), encoding="utf-8")
    assert output_of(program, tmp_path / "page").split() == words_of(page)


@pytest.mark.process
@pytest.mark.parametrize("page", [TWO_LINES, WORDS, SLOPING])
def test_hocr_check_finds_no_fault(page: PagePrediction, tmp_path: Path) -> None:
    (tmp_path / "page").write_text(FORMATS["hocr"].render(page), encoding="utf-8")
    assert "not ok" not in output_of("hocr-check", tmp_path / "page")


@pytest.mark.parametrize("page", [TWO_LINES, WORDS, SLOPING])
def test_pagexml_tools_read_page(page: PagePrediction, tmp_path: Path) -> None:
    parser = pytest.importorskip("pagexml.parser", reason="pagexml-tools is not installed")
    (tmp_path / "page.xml").write_text(FORMATS["page"].render(page), encoding="utf-8")
    lines = parser.parse_pagexml_file(str(tmp_path / "page.xml")).get_lines()
    assert [line.text for line in lines] == [line.text for line in written_lines(page)]


@pytest.mark.parametrize("page", [TWO_LINES, WORDS, SLOPING])
def test_pypdf_reads_the_words_in_their_order(page: PagePrediction) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    assert pypdf.PdfReader(pdf_of(page)).pages[0].extract_text().split() == words_of(page)


@pytest.mark.parametrize("page", [TWO_LINES, WORDS, SLOPING])
def test_pdfplumber_reads_the_words_in_their_order(page: PagePrediction) -> None:
    pdfplumber = pytest.importorskip("pdfplumber", reason="pdfplumber is not installed")
    with pdfplumber.open(pdf_of(page)) as pdf:
        found = pdf.pages[0].extract_words(use_text_flow=True)
    assert [word["text"] for word in found] == words_of(page)


@pytest.mark.parametrize("page", [TWO_LINES, WORDS, SLOPING])
def test_pandas_reads_tsv_and_jsonl(page: PagePrediction) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    table = pandas.read_csv(io.StringIO(FORMATS["tsv"].render(page)), sep="\t", quoting=3, dtype=str)
    assert " ".join(table[table["level"] == "5"]["text"]).split() == words_of(page)
    lines = pandas.read_json(io.StringIO(FORMATS["jsonl"].render(page)), lines=True)
    assert " ".join(lines["text"]).split() == words_of(page)
