"""A filled dot that stands before a line is taken away; letters, dashes and stops there are not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import InkMap
from text_recognizer.layout.marks.bullets import without_bullet

START = 90  # column of the text
BASELINE = 60


def line_of(text: str, before: str = "", size: int = 40) -> tuple[InkMap, ImageDraw.ImageDraw, Image.Image]:
    """Return the ink (90, 600) of a line, with what is written before it, a pen for more, and its picture."""
    picture = Image.new("L", (600, 90), 0)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size)
    pen.text((START, BASELINE), text, font=font, fill=255, anchor="ls")
    pen.text((30, BASELINE), before, font=font, fill=255, anchor="ls")
    return np.asarray(picture, np.float32) / np.float32(255), pen, picture


def with_shape(box: tuple[int, int, int, int], text: str = "milk and bread") -> InkMap:
    """Return the ink (90, 600) of a line with a filled ellipse before it."""
    _, pen, picture = line_of(text)
    pen.ellipse(box, fill=255)
    return np.asarray(picture, np.float32) / np.float32(255)


@pytest.mark.parametrize("radius", [4, 5, 6])
@pytest.mark.parametrize("text", ["milk and bread", "apples", "Emma's letter"])
def test_a_bullet_is_taken_away_and_the_text_is_not(text: str, radius: int) -> None:
    ink = with_shape((40 - radius, 48 - radius, 40 + radius, 48 + radius), text)
    cleared = without_bullet(ink)
    assert not cleared[:, :70].any()
    np.testing.assert_array_equal(cleared[:, 70:], ink[:, 70:])
    assert ink[:, :70].any(), "what was given is not changed"


@pytest.mark.parametrize("before", ["a", "o", "O", "1", "I", "x", "-", "–", ".", "'", "*", "7", ""])
def test_characters_before_a_line_stay(before: str) -> None:
    ink, _, _ = line_of("milk and bread", before)
    assert without_bullet(ink) is ink


def test_stops_dashes_stains_and_dots_of_nothing_else_stay() -> None:
    for box in ((36, 56, 44, 64), (25, 44, 55, 52), (20, 24, 60, 64), (36, 8, 46, 18), (80, 44, 90, 54)):
        ink = with_shape(box)
        assert without_bullet(ink) is ink, box
    assert without_bullet(alone := with_shape((36, 44, 46, 54), "")) is alone
    assert without_bullet(blank := np.zeros((20, 50), np.float32)) is blank
