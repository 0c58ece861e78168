"""Gutters: the blank stripes between columns of text.

Where lines that begin below each other have text on their left, and no ink lies between, a column begins. All
lengths are in units of the thickness of a line's kernel, which is about half the height of the line.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from text_recognizer.arrays import Flags, InkMap, Mask
from text_recognizer.layout.fitting import Fit

_WINDOW = 18.0  # lines this far above and below are looked at: about five
_ALIGNED = 1.5  # first columns of lines of one column differ by less
_MIN_BEGINNINGS = 3  # lines that begin below each other: two may do so by chance
_MAX_CROSSING_SHARE = 0.25  # of the lines near by: prose crosses every stripe
_MIN_COLUMN = 5  # lines; one line that crosses above so many, and one below, are a heading and a footer
_MIN_TEXT = 5.0  # width of what stands on the left: less is a bullet or a number of the line itself
_MIN_CELL = 2.5  # width of what stands so far away that it is a cell of a table, not a bullet
_MIN_CELL_GAP = 3.0
_MIN_STRIPE_WIDTH = 1.5  # a narrower stripe may be spaces of a few lines below each other
_WINDOW_HEIGHT = 18.0  # rows that are looked at together: four lines to six
# The fewer lines begin at one column behind a stripe, the wider it must be: spaces stand below each other by
# chance. Widths for four, five and ten lines; for six to nine, on the line between. Four fill a low window.
_WIDTHS_OF_FEW = (1.9, 1.2, 0.4)
_FEW_LINES = (4, 5, 10)
_LOW_WINDOW_HEIGHT, _TALL_WINDOW_HEIGHT = 12.0, 45.0
# By which these may begin left or right of their median: a line that crosses begins anywhere.
_MAX_INDENT = 0.75
_MIN_WIDENING = (
    2.5  # width of a gutter without the heading or footer that has a space in it, relative to with it
)
_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise


class Pieces:
    """All pieces of lines of a page, as arrays: a page of noise has thousands.

    ```python
    from text_recognizer.layout.fitting import Fit
    from text_recognizer.layout.gutters import Pieces

    left = [Fit((0, 20 * row, 90, 20 * row + 8), 0.0, 20 * row + 4.0, 4.0, 4.0, 8.0) for row in range(5)]
    right = [Fit((120, 20 * row, 210, 20 * row + 8), 0.0, 20 * row + 4.0, 4.0, 4.0, 8.0) for row in range(5)]
    print(Pieces([*left, *right]).are_parted(left[2], right[2]))  # True: five lines begin at column 120
    ```
    """

    def __init__(self, pieces: Sequence[Fit]) -> None:
        """Take the pieces of a page."""
        rows = [(piece.box[0], piece.box[2], piece.slope, piece.intercept) for piece in pieces]
        self._x1, self._x2, self._slopes, self._intercepts = np.array(rows, np.float64).reshape(-1, 4).T

    def are_parted(self, left: Fit, right: Fit) -> bool:
        """Tell whether a gutter lies between two of the pieces that could be one line.

        Args:
            left: A piece of a line.
            right: A piece on its right, level with it.
        """
        is_apart = right.box[0] - left.box[2] > _MIN_CELL_GAP * left.thickness
        if left.box[2] - left.box[0] <= (_MIN_CELL if is_apart else _MIN_TEXT) * left.thickness:
            return False
        reach, x = _ALIGNED * right.thickness, right.box[0]
        rows = self._intercepts + self._slopes * x
        near = np.abs(rows - right.middle_at(x)) < _WINDOW * right.thickness
        begin = rows[near & (np.abs(self._x1 - x) < reach)]  # the right piece included
        cross = rows[near & (self._x1 < left.box[2] - reach) & (self._x2 > x + reach)]
        if len(begin) < _MIN_BEGINNINGS:
            return False
        crossing = len(cross)
        if len(begin) >= _MIN_COLUMN:
            crossing -= int((cross < begin.min()).any()) + int((cross > begin.max()).any())
        return bool(crossing <= _MAX_CROSSING_SHARE * len(begin))


def cut_at_gutters(kernels: Mask, ink: InkMap) -> Mask:
    """Return the kernels (h, w) without the bridges by which lines touch those of the next column.

    Args:
        kernels: (h, w) where the detector sees kernels.
        ink: (h, w) float32 ink of the page in the same size.
    """
    thickness = _median_thickness(kernels)
    widths = thickness * np.array(_WIDTHS_OF_FEW)
    margin = round(thickness / 2)  # by which a bridge may bulge
    cut, inked = kernels.copy(), np.asarray(ink > _MIN_INK)
    for height in (_LOW_WINDOW_HEIGHT, _WINDOW_HEIGHT, _TALL_WINDOW_HEIGHT):
        for rows, x1, x2 in _stripes(inked, height * thickness, widths[-1]):
            lines = _beside(kernels[rows], x1, x2, thickness)
            if len(lines) < _FEW_LINES[0]:
                continue
            if height == _WINDOW_HEIGHT and x2 - x1 >= _MIN_STRIPE_WIDTH * thickness:
                cut[rows, x1:x2] = False
                continue
            lines = _aligned(lines, inked[rows, x2:], _MAX_INDENT * thickness)
            lines = _without_crossing(lines, inked[rows, :x2])
            if len(lines) >= np.interp(x2 - x1, widths[::-1], _FEW_LINES[::-1]):
                for first, end in lines:
                    cut[rows.start + max(0, first - margin) : rows.start + end + margin, x1:x2] = False
    return cut


def _stripes(inked: Mask, height: float, width: float) -> Iterator[tuple[slice, int, int]]:
    """Yield rows of a page (H, W) and columns, the first and the one behind the last, that have no ink there.

    Args:
        inked: Where the page has ink.
        height: Of the rows: a gutter may end at a heading, so that a few lines at a time are looked at.
        width: Of the columns at least.
    """
    rows = min(len(inked), round(height))
    last = len(inked) - rows
    for top in (*range(0, last, max(1, rows // 3)), last):
        window = slice(top, top + rows)
        for x1, x2 in _runs(np.asarray(~inked[window].any(axis=0))):
            if x2 - x1 >= width:
                yield window, x1, x2


def _median_thickness(kernels: Mask) -> float:
    """Return the median height of the vertical runs of kernels (h, w); 0 without any."""
    columns = np.pad(kernels.T, ((0, 0), (1, 1))).ravel()  # paper between them ends all runs
    edges = np.flatnonzero(columns[1:] != columns[:-1])
    heights = edges[1::2] - edges[::2]
    return float(np.median(heights)) if heights.size else 0.0


def _runs(mask: Flags) -> Iterator[tuple[int, int]]:
    """Yield the first index of each run of true values of (N,), and the one behind its last."""
    edges = np.diff(mask.astype(np.int8), prepend=0, append=0)
    return zip(np.flatnonzero(edges > 0).tolist(), np.flatnonzero(edges < 0).tolist(), strict=True)


def _beside(kernels: Mask, x1: int, x2: int, thickness: float) -> list[tuple[int, int]]:
    """Return the rows of lines of kernels (h, w) that begin right of columns x1 to x2; text is left of it."""
    begin = np.asarray(kernels[:, x2 : x2 + round(_ALIGNED * thickness)].any(axis=1))
    text = np.asarray(kernels[:, : max(0, x1 - round(_MIN_TEXT * thickness))].any(axis=1))
    return [(first, end) for first, end in _runs(begin) if text[first:end].any()]


def _aligned(lines: Sequence[tuple[int, int]], inked: Mask, reach: float) -> list[tuple[int, int]]:
    """Return those of some lines whose ink begins about where that of most does.

    Args:
        lines: Their rows.
        inked: (h, w) where there is ink right of a stripe.
        reach: Columns by which they may differ.
    """
    columns = [inked[first:end].any(axis=0) for first, end in lines]
    begins = np.array([row.argmax() if row.any() else inked.shape[1] for row in columns])
    near = np.abs(begins - np.median(begins)) <= reach
    return [line for line, is_near in zip(lines, near, strict=True) if is_near]


def _without_crossing(lines: list[tuple[int, int]], inked: Mask) -> list[tuple[int, int]]:
    """Return some lines without a heading or a footer, one of whose spaces happens to stand in the gutter.

    Without that line, the gutter is far wider.

    Args:
        lines: Their rows, from the top.
        inked: (h, w) where there is ink left of the right end of a stripe.
    """
    gaps = [inked.shape[1] - _end_of(np.asarray(inked[first:end].any(axis=0))) for first, end in lines]
    kept = slice(0, len(lines))
    if len(lines) > 2:
        is_heading = min(gaps[1:]) >= _MIN_WIDENING * gaps[0]
        is_footer = min(gaps[:-1]) >= _MIN_WIDENING * gaps[-1]
        kept = slice(int(is_heading), len(lines) - is_footer)
    return lines[kept]


def _end_of(mask: Flags) -> int:
    """Return the index behind the last true value of (N,); 0 if there is none."""
    return len(mask) - int(np.argmax(mask[::-1])) if mask.any() else 0
