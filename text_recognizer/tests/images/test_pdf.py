"""Pages of PDFs are rendered within limits; what cannot be rendered is named."""

import sys

import numpy as np
import pytest
from PIL import Image

from text_recognizer.errors import (
    ImageDecodeError,
    ImageTooLargeError,
    InvalidInputError,
    UnsupportedFormatError,
)
from text_recognizer.images import pdf
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.tests.images.image_files import draw_picture
from text_recognizer.tests.images.pdf_files import (
    pdf_of,
    pdf_of_large_image,
    pdf_with,
    protected_pdf,
    written_pdf,
)

PICTURE = Image.fromarray(draw_picture())

pytest.importorskip("pypdfium2")


def test_each_page_is_rendered_at_300_dpi() -> None:
    data = pdf_of([PICTURE, PICTURE.rotate(90, expand=True)])
    assert pdf.is_pdf(data)
    assert pdf.count_pages(data) == 2
    first, second = (pdf.render_page(data, page, LIBRARY_LIMITS) for page in (1, 2))
    assert first.dtype == np.uint8
    assert first.shape == (48, 80)
    assert second.shape == (80, 48)
    assert np.abs(first.astype(int) - draw_picture()).mean() < 8


def test_pages_that_do_not_exist_are_named() -> None:
    data = pdf_of([PICTURE])
    for page in (0, 2):
        with pytest.raises(InvalidInputError, match=f"1 pages; received page {page}"):
            pdf.render_page(data, page, LIBRARY_LIMITS)


def test_large_pages_are_rendered_at_a_lower_resolution() -> None:
    data = pdf_with(b"/MediaBox [0 0 2000 1000]")
    assert pdf.render_page(data, 1, ImageLimits(max_pixels=20_000)).size == pytest.approx(20_000, rel=0.03)
    assert pdf.render_page(data, 1, ImageLimits(max_side=100)).shape == (50, 100)
    assert pdf.render_page(data, 1, LIBRARY_LIMITS).size <= pdf.MAX_RENDERED_PIXELS * 1.01


def test_large_images_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(ImageTooLargeError, match="50000 x 40000"):
        pdf.render_page(pdf_of_large_image(50_000, 40_000), 1, LIBRARY_LIMITS)
    assert pdf.render_page(pdf_of_large_image(2, 2), 1, LIBRARY_LIMITS).shape == (417, 417)


def test_what_is_wrong_with_a_pdf_is_named() -> None:
    with pytest.raises(InvalidInputError, match="password"):
        pdf.count_pages(protected_pdf())
    with pytest.raises(ImageDecodeError, match="damaged"):
        pdf.count_pages(b"%PDF-1.4 nothing else")
    empty = written_pdf([b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [] /Count 0>>"])
    with pytest.raises(ImageDecodeError, match="damaged"):
        pdf.count_pages(empty)


def test_a_pdf_without_pages_is_not_protected_because_another_was() -> None:
    empty = written_pdf([b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [] /Count 0>>"])
    with pytest.raises(InvalidInputError, match="password"):
        pdf.count_pages(protected_pdf())
    with pytest.raises(ImageDecodeError, match="damaged"):
        pdf.count_pages(empty)


def test_without_pypdfium2_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(UnsupportedFormatError, match=r"text-recognizer\[pdf\]"):
        pdf.count_pages(pdf_of([PICTURE]))
