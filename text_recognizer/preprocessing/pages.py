"""A page -> what the line detector takes."""

import numpy as np

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.images.resizing import reduce_ink
from text_recognizer.preprocessing.writing import writing_ink

PARAGRAPH_SIZE = 512  # pixels of the longer side of a page, in which its lines are found
PARAGRAPH_MIN_SIZE = 64  # pixels per side; the network halves them several times
PARAGRAPH_MULTIPLE = 8  # both sides are multiples of it, so that every halving is exact

_MIN_STROKE_INK = 0.1  # weaker pixels are no strokes, whose strength is measured
_STROKE_PERCENTILE = 90  # ink of the stronger strokes, which becomes full ink
_MIN_FULL_INK = 0.2  # what is fainter everywhere is not raised to full ink: noise


def paragraph_input(image: GrayImage) -> tuple[InkMap, float]:
    """Return a page as the line detector takes it; see `ink_to_paragraph`.

    Args:
        image: (H, W) uint8 grey values of a page or a part of one, any size and polarity.

    Returns:
        (h, w) float32 ink in [0, 1] and its scale: pixels of the result per pixel of `image`.

    Raises:
        InvalidInputError: If `image` is not a non-empty uint8 array (H, W).
    """
    return ink_to_paragraph(writing_ink(image))


def ink_to_paragraph(ink: InkMap, size: int = PARAGRAPH_SIZE) -> tuple[InkMap, float]:
    """Do what `paragraph_input` does for an ink map (H, W) that is already computed.

    The longer side is reduced to `size` (never enlarged), thin strokes that fade in it are
    strengthened again, and paper is added on the right and at the bottom up to a multiple of
    PARAGRAPH_MULTIPLE and at least PARAGRAPH_MIN_SIZE.
    """
    height, width = ink.shape
    scale = min(1.0, size / max(height, width))
    reduced_size = max(1, round(width * scale)), max(1, round(height * scale))
    reduced = reduce_ink(ink, *reduced_size)
    strokes = reduced[reduced > _MIN_STROKE_INK]
    if strokes.size:
        full = max(float(np.percentile(strokes, _STROKE_PERCENTILE)), _MIN_FULL_INK)
        reduced = np.clip(reduced / full, 0, 1)
    bottom, right = (_padded_side(side) - side for side in reduced.shape)
    return np.pad(reduced, ((0, bottom), (0, right))).astype(np.float32), scale


def _padded_side(side: int) -> int:
    return max(PARAGRAPH_MIN_SIZE, -(-side // PARAGRAPH_MULTIPLE) * PARAGRAPH_MULTIPLE)
