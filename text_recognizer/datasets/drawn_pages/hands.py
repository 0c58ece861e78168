"""Who writes on a drawn page: somebody whose lines are at hand, or a press with a font of print."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import InkImage, Mask
from text_recognizer.datasets.pages.page_synthesis import word_ends
from text_recognizer.datasets.synthetic.form_texts import form_text

_INK = 76  # of 255: weaker pixels are paper
_SIZE_DEVIATION = 0.05  # relative, of the heights of lines of one hand
_SHORT = 0.7  # of the width asked for: a shorter line is as good if no word ends later
_MIN_SIDE_PX = 5  # smaller pieces of a line are dots
_MAX_TRIES = 5
_PRINT_EM = 0.95  # height of a line of print with tall and low letters, in sizes of its font


class Writer(Protocol):
    """Somebody who writes lines.

    Attributes:
        height: Of a line with tall and low letters, in pixels.
        printed: Whether it is a press.
    """

    height: float
    printed: bool

    def line(self, width: int) -> InkImage | None:
        """Return a line (h, w) cut to its ink, at most `width` columns wide; None if that is too narrow."""
        ...


class Hand:
    """A hand that goes on with the lines of a data set, whose neighbours are mostly of one writer.

    ```python
    import numpy as np

    from text_recognizer.datasets.drawn_pages.hands import Hand

    lines = [np.full((64, 300), 200, np.uint8)]
    print(Hand(lines, 32.0, np.random.default_rng(0)).line(500).shape)
    ```
    """

    printed = False

    def __init__(self, lines: Sequence[InkImage], height: float, rng: np.random.Generator) -> None:
        """Begin with any line.

        Args:
            lines: (H, W_i) each, one or more, all of one height.
            height: Of the lines to write, in pixels.
            rng: Source of randomness.
        """
        self.height, self._lines, self._rng = height, lines, rng
        self._next = int(rng.integers(len(lines)))

    def line(self, width: int) -> InkImage | None:
        """Return the next line (h, w), cut behind a word if it is too long; None if `width` is too small."""
        for _ in range(_MAX_TRIES):
            ink = self._lines[self._next % len(self._lines)]
            self._next += 1
            scale = self.height / ink.shape[0] * float(np.exp(self._rng.normal(0, _SIZE_DEVIATION)))
            most = int(width / scale)
            if ink.shape[1] > most:
                ends = word_ends(np.asarray(ink > _INK))
                ends = ends[ends <= most]
                ink = ink[:, : ends[-1] if ends.size and ends[-1] > _SHORT * most else most]
            if (found := scaled_to_ink(ink, scale)) is not None:
                return found
        return None


class Press:
    """A press that prints entries of forms in a font.

    ```python
    import numpy as np
    from PIL import ImageFont

    from text_recognizer.datasets.drawn_pages.hands import Press

    print(Press(ImageFont.load_default(48), 20.0, np.random.default_rng(0)).line(400).shape)
    ```
    """

    printed = True

    def __init__(self, face: ImageFont.FreeTypeFont, height: float, rng: np.random.Generator) -> None:
        """Take a font.

        Args:
            face: In any size.
            height: Of the lines to print, in pixels.
            rng: Source of randomness.
        """
        self.height, self._rng = height, rng
        self._face = face.font_variant(size=height / _PRINT_EM)
        self._capitals = rng.random() < 0.15

    def line(self, width: int) -> InkImage | None:
        """Return a line (h, w) of whole words; None if `width` is too small for one."""
        length = max(2, int(width / (0.45 * self._face.size)))
        text = form_text(self._rng, length)
        words = (text.upper() if self._capitals else text).split(" ")
        while words and self._face.getlength(" ".join(words)) > width:
            words.pop()
        return printed_line(" ".join(words), self._face) if words else None


def printed_line(text: str, face: ImageFont.FreeTypeFont) -> InkImage | None:
    """Return a text (h, w) cut to its ink; None if it leaves none."""
    left, top, right, bottom = face.getbbox(text)
    canvas = Image.new("L", (max(1, int(right - left) + 2), max(1, int(bottom - top) + 2)), 0)
    ImageDraw.Draw(canvas).text((1 - left, 1 - top), text, font=face, fill=255)
    return _cut(np.asarray(canvas))


def scaled_to_ink(ink: InkImage, scale: float) -> InkImage | None:
    """Return a line (H, W) cut to its ink and scaled; None if nothing much is left."""
    cut = _cut(ink)
    if cut is None:
        return None
    size = round(cut.shape[1] * scale), round(cut.shape[0] * scale)
    if min(size) < _MIN_SIDE_PX:
        return None
    return np.asarray(Image.fromarray(cut).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))


def _cut(ink: InkImage) -> InkImage | None:
    rows, columns = (_inked(np.asarray(ink > _INK), axis) for axis in (1, 0))
    return None if rows is None or columns is None else np.ascontiguousarray(ink[rows, columns])


def _inked(mask: Mask, axis: int) -> slice | None:
    """Return from where to where a mask (H, W) has ink: rows with axis 1, columns with axis 0."""
    places = np.flatnonzero(mask.any(axis=axis))
    return slice(int(places[0]), int(places[-1]) + 1) if places.size else None
