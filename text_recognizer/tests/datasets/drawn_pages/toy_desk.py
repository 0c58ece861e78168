"""What toy pages are written with: lines of bars, and the font that comes with Pillow."""

import numpy as np
from PIL import ImageFont

from text_recognizer.arrays import InkImage
from text_recognizer.datasets.drawn_pages.layouts import Desk


def written_line(words: int = 8, height: int = 48) -> InkImage:
    """A line of words of upright bars with gaps between them."""
    word = np.zeros((height, 120), np.uint8)
    word[4:-4, 0:90:6] = word[4:-4, 1:90:6] = 255
    word[height // 2, :90] = 255
    return np.tile(word, (1, words))


def toy_desk() -> Desk:
    face = ImageFont.load_default(48)
    assert isinstance(face, ImageFont.FreeTypeFont)
    return Desk([written_line(n) for n in (3, 8, 12)], [face])
