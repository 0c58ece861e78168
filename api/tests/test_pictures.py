"""Pages in responses that show them: reduced, and within a number of bytes."""

import io

import numpy as np
import pytest
from PIL import Image

from api.pictures import PICTURE_LIMITS, draw_pages
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.errors import ImageTooLargeError
from text_recognizer.formats import PICTURE_FORMATS

PAGE = PagePrediction((LinePrediction("to be", 0.9, Region(20, 40, 380, 100)),), 400, 300)
REDUCED = np.full((150, 200), 255, np.uint8)


def test_every_format_that_shows_pages_has_limits() -> None:
    assert set(PICTURE_LIMITS) == set(PICTURE_FORMATS)


def test_frames_lie_on_the_reduced_picture() -> None:
    picture = np.asarray(Image.open(io.BytesIO(draw_pages("png", [(PAGE, REDUCED)], 100_000))))
    assert picture.shape == (150, 400, 3)
    rows, columns = (picture[:, :200, 1] < 100).nonzero()  # the frame is red
    assert (rows.min(), rows.max(), columns.min()) == (20, 49, 10)


def test_places_in_a_pdf_are_those_of_the_page() -> None:
    whole = draw_pages("pdf", [(PAGE, np.full((300, 400), 255, np.uint8))], 200_000)
    reduced = draw_pages("pdf", [(PAGE, REDUCED)], 200_000)
    assert b"/MediaBox [0 0 842.00 631.50]" in whole
    assert b"/MediaBox [0 0 842.00 631.50]" in reduced
    assert b"/Width 200 /Height 150" in reduced


def test_a_file_that_becomes_too_large_is_given_up() -> None:
    with pytest.raises(ImageTooLargeError, match="more than 1,000 bytes"):
        draw_pages("pdf", [(PAGE, REDUCED)], 1000)
