"""Strokes that are faint from end to end, as those are that show through from the other side of the paper."""

import numpy as np

from text_recognizer.arrays import Flags, Indices, InkMap
from text_recognizer.images.components import Components
from text_recognizer.images.letters import MAX_LETTERS, neighbours

_STRONG_INK = 0.35  # strokes of this side reach it somewhere; full ink is 1
_MIN_STRONG_SHARE = 0.1  # of the ink: with less strong ink, faint strokes are the writing
_MIN_HEIGHT_PX = 5  # of letters: lower components are dots and specks
_LETTER_HEIGHTS = (0.4, 3.0)  # of pale letters, in median heights of the strong ones
_MAX_ASPECT = 4.0  # wider components are pieces of rules; joined words are rarely so wide
_MIN_PALE_INK = 0.09  # that letters reach; weaker components are shades
_MIN_LETTERS = 3  # fewer are stains and marks
_MIN_LETTER_SHARE = 0.01  # of the strong ink: 22 pages of modern hands had 0.001 at most
# Letters stand beside each other, remains of rules and stains apart: of 20 old pages, at most half had a
# neighbour and 7 had three; of pages with a line in a paler pen two thirds, or 24, if they are not joined.
_MIN_NEAR_SHARE = 0.6
_MIN_IN_WORDS = 12
_WORD_LETTERS = 4


def show_through(components: Components, ink: InkMap) -> Flags:
    """Tell which components of a page's ink are faint from end to end, beside strong ones.

    Args:
        components: Of the ink, `count` of them.
        ink: (H, W) float32 in [0, 1], 0 = paper.

    Returns:
        (count,) true for faint ones; none if most of the writing is faint.
    """
    strong = components.maxima(ink) > np.float32(_STRONG_INK)
    areas = components.areas()
    enough = areas[strong].sum() >= _MIN_STRONG_SHARE * areas.sum()
    return np.asarray(~strong & enough)


def may_be_writing(components: Components, faint: Flags, ink: InkMap) -> bool:
    """Tell whether among the faint components of a page are letters enough to be writing.

    Args:
        components: Of the ink, `count` of them.
        faint: (count,) true for faint ones, see `show_through`.
        ink: (H, W) float32 in [0, 1], 0 = paper.
    """
    if not faint.any():
        return False
    boxes, areas = components.boxes(), components.areas()
    letters = np.flatnonzero(faint & _like_strong(boxes, faint) & (components.maxima(ink) >= _MIN_PALE_INK))
    if len(letters) < _MIN_LETTERS or areas[letters].sum() < _MIN_LETTER_SHARE * areas[~faint].sum():
        return False
    if len(letters) > MAX_LETTERS:
        return True
    level = boxes[letters]
    return _are_words(level) or _are_words(level[:, [1, 0, 3, 2]])  # the page may lie on its side


def _are_words(boxes: Indices) -> bool:
    """Tell whether letters with boxes (N, 4) stand in level words."""
    beside = neighbours(boxes).sum(axis=0)  # each letter itself counts
    in_words = np.count_nonzero(beside >= _WORD_LETTERS)
    return bool(np.mean(beside > 1) >= _MIN_NEAR_SHARE or in_words >= _MIN_IN_WORDS)


def _like_strong(boxes: Indices, faint: Flags) -> Flags:
    """Tell which components with boxes (N, 4) are about as high as those that are not faint, (N,)."""
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    strong = heights[~faint & (heights >= _MIN_HEIGHT_PX)]
    low, high = (factor * float(np.median(strong)) if len(strong) else 0.0 for factor in _LETTER_HEIGHTS)
    narrow = widths <= _MAX_ASPECT * heights
    return np.asarray(narrow & (heights >= max(_MIN_HEIGHT_PX, low)) & (heights <= high))
