"""Lines on the level page: the slope that all of them share is taken away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Flags, Reals
from text_recognizer.layout.fitting import Fit

ROW_HEIGHTS = 0.5  # middles closer than this, in heights of a line, stand on one row
_MIN_SHARED_WIDTH = 0.3  # of the narrower line: less is an accident at the edge of a column
_MAX_HEADING_LINES = 3  # above columns


@dataclass(frozen=True)
class LevelLine:
    """A line on the level page; lengths in pixels.

    ```python
    from text_recognizer.layout.level_lines import LevelLine

    first, second = LevelLine(0, 10, 200, 30.0, 20.0), LevelLine(1, 10, 90, 62.0, 20.0)
    print(second.y - first.y, first.shares_columns(second))
    ```

    Attributes:
        index: Which of the given lines it is.
        x1: First column.
        x2: Column behind the last one.
        y: Row of its middle.
        height: Its height.
    """

    index: int
    x1: float
    x2: float
    y: float
    height: float

    @property
    def width(self) -> float:
        """Its columns."""
        return self.x2 - self.x1

    def shares_columns(self, other: "LevelLine") -> bool:
        """Tell whether one stands above the other, rather than beside it."""
        shared = min(self.x2, other.x2) - max(self.x1, other.x1)
        return shared > _MIN_SHARED_WIDTH * min(self.width, other.width)


def shares_columns(x1: Reals, x2: Reals, others_x1: Reals, others_x2: Reals) -> Flags:
    """Do what `LevelLine.shares_columns` does for many lines; first and last columns, (...,), broadcast."""
    shared = np.minimum(x2, others_x2) - np.maximum(x1, others_x1)
    return np.asarray(shared > _MIN_SHARED_WIDTH * np.minimum(x2 - x1, others_x2 - others_x1))


def level_lines(fits: Sequence[Fit]) -> list[LevelLine]:
    """Return the lines without the slope of the page: the mean of theirs, weighted by width."""
    if not fits:
        return []
    slope = float(np.average([fit.slope for fit in fits], weights=[fit.box[2] - fit.box[0] for fit in fits]))
    lines = []
    for index, fit in enumerate(fits):
        x1, _, x2, _ = fit.box
        middle = (x1 + x2) / 2
        lines.append(LevelLine(index, x1, x2, fit.middle_at(middle) - slope * middle, fit.above + fit.below))
    return lines


class LevelPage:
    """All lines of a page, as arrays: a page of noise has thousands.

    ```python
    from text_recognizer.layout.level_lines import LevelLine, LevelPage

    column = [LevelLine(0, 10, 200, 30.0, 20.0), LevelLine(1, 10, 190, 62.0, 20.0)]
    beside, footer = LevelLine(2, 260, 400, 30.0, 20.0), LevelLine(3, 10, 390, 100.0, 20.0)
    page = LevelPage([*column, beside, footer])
    print(page.are_parted(column, footer), page.has_line_within(200, 500, 0, 40))  # True True
    ```
    """

    def __init__(self, lines: Sequence[LevelLine]) -> None:
        """Take the lines of a page."""
        rows = [(line.x1, line.x2, line.y, line.index) for line in lines]
        self._x1, self._x2, self._y, self._index = np.array(rows, np.float64).reshape(-1, 4).T

    def has_line_within(self, x1: float, x2: float, top: float, bottom: float) -> bool:
        """Tell whether a line lies wholly between two columns of the page, its middle between two rows."""
        inside = (self._x1 >= x1) & (self._x2 <= x2)
        return bool((inside & (self._y >= top) & (self._y <= bottom)).any())

    def are_parted(self, chain: Sequence[LevelLine], line: LevelLine) -> bool:
        """Tell whether a chain ends above a line: one of both reaches across columns beside the other.

        Such are a footer below a column and a shorter one, and a heading above a column and a lower one.

        Args:
            chain: Lines below each other.
            line: The next one below them.
        """
        others = ~np.isin(self._index, [each.index for each in (*chain, line)])
        beside = others & (self._y >= chain[0].y) & (self._y < line.y)
        if (beside & self._share_columns(line)).any() and self._is_alone(line):
            return True
        if len(chain) > _MAX_HEADING_LINES:
            return False
        beside = others & (np.abs(self._y - line.y) < ROW_HEIGHTS * line.height)
        return any((beside & self._share_columns(each)).any() and self._is_alone(each) for each in chain)

    def _is_alone(self, line: LevelLine) -> bool:
        """Tell whether no other line stands beside one."""
        return bool(np.count_nonzero(np.abs(self._y - line.y) < line.height) == 1)

    def _share_columns(self, line: LevelLine) -> Flags:
        """Tell which lines stand above or below one, (lines,)."""
        return shares_columns(self._x1, self._x2, np.array(line.x1), np.array(line.x2))
