import io
from dataclasses import replace

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.images.further_pages import with_further_pages
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.images.loading import load_image
from text_recognizer.predictions.types import LinePrediction, PagePrediction


def tiff(*grays: int) -> bytes:
    """Return a file with a page of each grey value."""
    buffer = io.BytesIO()
    sheets = [Image.new("L", (40, 30), gray) for gray in grays]
    sheets[0].save(buffer, "TIFF", save_all=True, append_images=sheets[1:])
    return buffer.getvalue()


def read(image: GrayImage) -> PagePrediction:
    """Return a line that says the grey value of a page."""
    return PagePrediction((LinePrediction(str(image[0, 0]), 1.0),), image.shape[1], image.shape[0])


def read_file(file: bytes, limits: ImageLimits = LIBRARY_LIMITS, pages: int = 99) -> PagePrediction:
    left = iter([True] * (pages - 1))
    return with_further_pages(read(load_image(file)), file, limits, read, lambda: next(left, False))


def test_all_pages_of_a_file_are_read() -> None:
    page = read_file(tiff(200, 150, 100))
    assert page.text == "200\n\f150\n\f100"
    assert [each.number for each in page.as_pages()] == [1, 2, 3]
    assert page.complete
    assert not page.warnings


def test_an_image_has_no_further_pages() -> None:
    page = read(np.zeros((4, 4), np.uint8))
    assert with_further_pages(page, np.zeros((4, 4), np.uint8), LIBRARY_LIMITS, read, lambda: True) == page


def test_what_the_time_does_not_suffice_for_is_said() -> None:
    page = read_file(tiff(200, 150, 100), pages=2)
    assert page.text == "200\n\f150"
    assert not page.complete
    assert [(each.code, "sufficed for 2" in each.message) for each in page.warnings] == [("more_pages", True)]


def test_of_more_pages_than_are_allowed_the_first_is_read() -> None:
    page = read_file(tiff(200, 150, 100), replace(LIBRARY_LIMITS, max_pages=2))
    assert page.text == "200"
    assert [each.code for each in page.warnings] == ["more_pages"]


def test_a_page_that_cannot_be_decoded_does_not_stop_the_others() -> None:
    sheets = [Image.new("L", size, 90) for size in ((40, 30), (400, 300), (40, 30))]
    buffer = io.BytesIO()
    sheets[0].save(buffer, "TIFF", save_all=True, append_images=sheets[1:])
    page = read_file(buffer.getvalue(), replace(LIBRARY_LIMITS, max_pixels=10_000))
    assert [each.number for each in page.as_pages()] == [1, 3]
    (warning,) = page.warnings
    assert warning.message.startswith("Page 2 of the file was not read. ")
