"""Lines whose strokes run into the border of the image: their ends may be missing."""

import numpy as np

from text_recognizer.arrays import Flags, InkMap
from text_recognizer.layout.lines import PageLayout, TextLine

_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise
_BORDER_PX = 2  # rows and columns of it that are looked at
_NEAR_HEIGHTS = 0.8  # lines that end so near to the border, in their heights, may reach it
_MIN_ROWS_SHARE = 0.1  # of a line's height that is inked at the border beside it
_MIN_COLUMNS_SHARE = 0.2  # of a line's width that is inked at the border above or below it
_MIN_LINES = 2  # at one side: an image cut to its ink has a letter at each


def cut_lines(ink: InkMap, layout: PageLayout) -> list[int]:
    """Return the indices of the lines that run into the border of a page.

    A line that is cut along its length has ink all along the border. At the left and the right, one line
    alone says nothing: the image may have been cut exactly to what is written.

    Args:
        ink: (H, W) ink map of the page.
        layout: Its lines.
    """
    cut: set[int] = set()
    for side in (slice(None, _BORDER_PX), slice(-_BORDER_PX, None)):
        columns = np.asarray((ink[:, side] > _MIN_INK).any(axis=1))
        rows = np.asarray((ink[side] > _MIN_INK).any(axis=0))
        at_left = side.start is None
        beside = [i for i, line in enumerate(layout.lines) if _ends_at(columns, line, at_left, ink.shape[1])]
        cut |= set(beside) if len(beside) >= _MIN_LINES else set()
        cut |= {i for i, line in enumerate(layout.lines) if _runs_along(rows, line, at_left, ink.shape[0])}
    return sorted(cut)


def _ends_at(inked: Flags, line: TextLine, at_left: bool, width: int) -> bool:
    """Tell whether a line ends at the left or the right border, whose inked rows are (H,)."""
    x = 0 if at_left else width
    distance = abs((line.region.x1 if at_left else line.region.x2) - x)
    middle = float(line.middle_at(np.array(float(x))))
    rows = inked[max(0, round(middle - line.above)) : max(0, round(middle + line.below))]
    near = distance <= _NEAR_HEIGHTS * line.height
    return near and bool(np.count_nonzero(rows) >= _MIN_ROWS_SHARE * line.height)


def _runs_along(inked: Flags, line: TextLine, at_top: bool, height: int) -> bool:
    """Tell whether a line is cut along the upper or the lower border, whose inked columns are (W,)."""
    distance = line.region.y1 if at_top else height - line.region.y2
    columns = inked[line.region.x1 : line.region.x2]
    return distance <= _NEAR_HEIGHTS * line.height / 2 and float(np.mean(columns)) >= _MIN_COLUMNS_SHARE
