"""Pages drawn with a text and a note that runs up or down beside it."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage, InkMap

TEXT = ("The farmer sold some good bread", "and my aunt painted a wooden boat", "near the harbour on Sunday.")
NOTE = "see the other letter"
PITCH, SIZE, NOTE_SIZE = 64, 40, 24


def text_page(lines: Sequence[str] = TEXT * 2, left: int = 90) -> GrayImage:
    """Return the image (H, W) of a text that begins at a column."""
    page = Image.new("L", (left + 720, PITCH * len(lines) + 60), 250)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(SIZE)
    for row, line in enumerate(lines):
        pen.text((left, 30 + PITCH * row), line, font=font, fill=30)
    return np.asarray(page)


def strip(lines: Sequence[str] = (NOTE,)) -> GrayImage:
    """Return the image (h, w) of small lines, level and cut to their ink."""
    font = ImageFont.load_default(NOTE_SIZE)
    note = Image.new("L", (900, 60 * len(lines)), 250)
    for row, line in enumerate(lines):
        ImageDraw.Draw(note).text((10, 10 + 34 * row), line, font=font, fill=30)
    image = np.asarray(note)
    rows, columns = (np.flatnonzero((image < 128).any(axis=axis)) for axis in (1, 0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def with_note(page: GrayImage, upwards: bool, x: int, y: int, lines: Sequence[str] = (NOTE,)) -> GrayImage:
    """Return a page (H, W) with a note whose upper left corner lies at x, y."""
    note = np.rot90(strip(lines), 1 if upwards else 3)
    drawn = page.copy()
    drawn[y : y + note.shape[0], x : x + note.shape[1]] = note
    return drawn


def ink_of(image: GrayImage) -> InkMap:
    """Return the ink (H, W) of a drawn image."""
    return np.asarray((np.float32(250) - image) / np.float32(220), np.float32)
