"""A searchable PDF shows its images; other programs find its words where they stand, in their order."""

import io
import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from text_recognizer import PagePrediction, Region
from text_recognizer.arrays import GrayImage
from text_recognizer.formats.boxes import written_lines
from text_recognizer.formats.pdf import write_pdf
from text_recognizer.images.limits import LIBRARY_LIMITS
from text_recognizer.images.loading import load_image
from text_recognizer.predictions.types import LinePrediction, TextSpan
from text_recognizer.tests.formats.pages import PAGES, SLOPING, SPECIAL, TWO_LINES, WORDS

LETTER_PX = 20
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
needs_pdfium = pytest.mark.skipif(find_spec("pypdfium2") is None, reason="pypdfium2 is not installed")


def image_of(page: PagePrediction) -> GrayImage:
    """Return a picture (H, W) with a dark corner."""
    image: GrayImage = np.full((page.height or 20, page.width or 30), 255, np.uint8)
    image[:5, :5] = 0
    return image


def pdf_of(*pages: PagePrediction) -> bytes:
    file = io.BytesIO()
    write_pdf(file, [(page, image_of(page)) for page in pages])
    return file.getvalue()


def poppler(data: bytes, tmp_path: Path, *options: str) -> str:
    (tmp_path / "a.pdf").write_bytes(data)
    command = ["pdftotext", *options, str(tmp_path / "a.pdf"), "-"]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not process.stderr
    return process.stdout


def accents() -> PagePrediction:
    """Return a page whose words have accents, slopes, and a character beyond the first plane."""
    texts = ["Café", "für", "José", "naïve", "😀", "漢字", "œuvre"]
    words, x = [], 40
    for text in texts:
        width = LETTER_PX * len(text)
        y, drop = 100 + x // 10, width // 10
        polygon = ((x, y), (x + width, y + drop), (x + width - 3, y + drop + 30), (x - 3, y + 30))
        words.append(TextSpan(text, 0.9, x, x + width, polygon))
        x += width + LETTER_PX
    polygon = ((40, 104), (x, 100 + x // 10), (x, 130 + x // 10), (37, 134))
    baseline = ((40, 128), (x, 124 + x // 10))
    region = Region.around(polygon)
    line = LinePrediction(" ".join(texts), 0.9, region, tuple(words), (), baseline, polygon)
    return PagePrediction((line,), 1000, 600)


@pytest.mark.process
@needs_poppler
def test_poppler_reads_the_words_in_their_order(tmp_path: Path) -> None:
    pages = (TWO_LINES, accents(), SPECIAL)
    text = poppler(pdf_of(*pages), tmp_path)
    sheets = text.split("\f")[:-1]
    assert len(sheets) == len(pages)
    for page, sheet in zip(pages[:2], sheets[:2], strict=True):
        assert sheet.split() == [word for line in page.lines for word in line.text.split()]
    assert "äöü ß € 漢字 😀" in re.sub(r"\s+", " ", sheets[2])


@pytest.mark.process
@needs_poppler
def test_selected_boxes_are_those_of_the_words(tmp_path: Path) -> None:
    page = accents()
    root = ElementTree.fromstring(poppler(pdf_of(page), tmp_path, "-bbox"))
    found = [element for element in root.iter() if element.tag.endswith("word")]
    scale = 842 / 1000
    boxes = [
        [float(word.attrib[name]) / scale for name in ("xMin", "yMin", "xMax", "yMax")] for word in found
    ]
    expected = [Region.around(word.polygon) for line in page.lines for word in line.words]
    assert len(boxes) == len(expected)
    for box, region in zip(boxes, expected, strict=True):
        assert overlap(box, [region.x1, region.y1, region.x2, region.y2]) > 0.5


def sloping(degrees: float) -> PagePrediction:
    """Return a page of A4 with 20 lines of words that slope."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))

    def turned(x: int, y: int) -> tuple[int, int]:
        """Turn a point around the middle of the page."""
        across, down = x - 620, y - 877
        return round(620 + across * cosine - down * sine), round(877 + across * sine + down * cosine)

    lines = []
    for number in range(20):
        top, words = 300 + 55 * number, []
        for index, text in enumerate(f"{number}w{index}{'x' * (index % 4)}" for index in range(9)):
            x1, high = 150 + 105 * index, top + (number * index) % 7
            x2 = x1 + 17 * len(text)
            corners = ((x1, high), (x2, high), (x2, top + 34), (x1, top + 34))
            polygon = tuple(turned(*corner) for corner in corners)
            words.append(TextSpan(text, 0.9, polygon[0][0], polygon[1][0], polygon))
        baseline = turned(150, top + 26), turned(1090, top + 26)
        text = " ".join(word.text for word in words)
        lines.append(LinePrediction(text, 0.9, None, tuple(words), (), baseline))
    return PagePrediction(tuple(lines), 1240, 1754)


@pytest.mark.process
@needs_poppler
@pytest.mark.parametrize("degrees", [0, 3, -3, 5])
def test_poppler_reads_sloping_lines_in_their_order(degrees: float, tmp_path: Path) -> None:
    page = sloping(degrees)
    assert poppler(pdf_of(page), tmp_path).split() == page.text.split()


def overlap(a: list[float], b: list[float]) -> float:
    """Return the intersection of two boxes over their union."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    common = max(width, 0) * max(height, 0)
    return common / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common)


@needs_pdfium
@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"certain"}))  # its letters stand above each other
def test_pdfium_finds_every_word(name: str) -> None:
    import pypdfium2

    page = PAGES[name]
    with pypdfium2.PdfDocument(pdf_of(page)) as document:
        text = document[0].get_textpage().get_text_range()
    words = [word for line in written_lines(page) for word in line.text.split()]
    assert set(words) - {"‮rtl"} <= set(text.split())


@needs_pdfium
def test_the_image_is_shown_and_the_text_is_not() -> None:
    for page in (SLOPING, WORDS):
        rendered = load_image(pdf_of(page), LIBRARY_LIMITS)
        height, width = rendered.shape
        dark = rendered < 128
        assert dark[:20, :20].all()
        assert not dark[height // 5 :, width // 4 :].any()


def test_pages_are_written_while_they_come() -> None:
    class Counting(io.BytesIO):
        writes = 0

        def write(self, data: Any) -> int:
            self.writes += 1
            return super().write(data)

    file = Counting()
    seen = []

    def pages() -> Iterator[tuple[PagePrediction, GrayImage]]:
        for _ in range(3):
            seen.append(file.writes)
            yield TWO_LINES, image_of(TWO_LINES)

    write_pdf(file, pages())
    assert seen[0] < seen[1] < seen[2]
