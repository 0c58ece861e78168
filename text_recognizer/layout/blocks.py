"""Lines -> blocks of text: what is read line after line before anything beside it is read.

Lines are seen on the level page: the slope that all of them share is taken away first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from statistics import fmean, median

import numpy as np

from text_recognizer.arrays import Flags, Reals
from text_recognizer.layout.fitting import Fit

_ROW_HEIGHTS = 0.5  # middles closer than this, in heights of a line, stand on one row
_ROW_PITCHES = 0.3  # the same of words and cells, in the least distance of the rows: labels may stand higher
_MIN_SHARED_WIDTH = 0.3  # of the narrower line: less is an accident at the edge of a column
_MAX_PITCHES = 1.6  # lines of a block follow each other within so many: headings keep their distance
_MAX_CELL_HEIGHTS = 8.0  # width of a table's cell or of a lone word; lines of prose are longer
_MAX_LABEL_HEIGHTS = 4.0  # width of a number or a label; what stands beside it may be as long as prose
_MIN_JUSTIFIED = 0.95  # mean width of the lines of a column, relative to the widest: prose, not words
_MIN_PROSE_HEIGHTS = 4.5  # width of the widest line of a narrow column; words in cells are shorter
_MIN_RAGGED = 0.77  # mean width of its lines, relative to the widest: words are broken nowhere
_MAX_GUTTER_HEIGHTS = 2.5  # between narrow columns; cells keep more distance from their neighbours
_MIN_COLUMN_LINES = 3  # fewer short lines side by side are words far apart, not columns
_MAX_HEADING_LINES = 3  # above columns
_MIN_ALIGNED_SHARE = 0.8  # of the lines of a table's column that have a cell beside them


@dataclass(frozen=True)
class LevelLine:
    """A line on the level page; lengths in pixels.

    ```python
    from text_recognizer.layout.blocks import LevelLine

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


@dataclass(frozen=True)
class Block:
    """Lines that are read in a row.

    ```python
    from text_recognizer.layout.blocks import Block, LevelLine

    block = Block((LevelLine(0, 10, 200, 30.0, 20.0), LevelLine(1, 10, 90, 62.0, 20.0)))
    print(block.x1, block.x2, block.top, block.bottom)
    ```

    Attributes:
        lines: In reading order; never empty.
    """

    lines: tuple[LevelLine, ...]

    @cached_property
    def x1(self) -> float:
        """First column."""
        return min(line.x1 for line in self.lines)

    @cached_property
    def x2(self) -> float:
        """Column behind the last one."""
        return max(line.x2 for line in self.lines)

    @cached_property
    def top(self) -> float:
        """Row of the middle of the topmost line."""
        return min(line.y for line in self.lines)

    @cached_property
    def bottom(self) -> float:
        """Row of the middle of the lowest line."""
        return max(line.y for line in self.lines)


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


class _Lines:
    """All lines of a page, as arrays: a page of noise has thousands."""

    def __init__(self, lines: Sequence[LevelLine]) -> None:
        rows = [(line.x1, line.x2, line.y, line.index) for line in lines]
        self._x1, self._x2, self._y, self._index = np.array(rows, np.float64).reshape(-1, 4).T

    def are_between(self, first: Block, second: Block) -> bool:
        """Tell whether lines of a column between two blocks, both wholly, stand where both have lines."""
        left, right = sorted((first, second), key=lambda block: block.x1)
        top, bottom = max(left.top, right.top), min(left.bottom, right.bottom)
        beside = (self._x1 >= left.x2) & (self._x2 <= right.x1)
        return bool((beside & (self._y >= top) & (self._y <= bottom)).any())

    def part(self, chain: Sequence[LevelLine], line: LevelLine) -> bool:
        """Tell whether a chain ends above a line, since one of both reaches across a column beside the other.

        Args:
            chain: Lines below each other.
            line: The next one below them.
        """
        others = ~np.isin(self._index, [each.index for each in (*chain, line)])
        beside = others & (self._y >= chain[0].y) & (self._y < line.y)
        if (beside & self._share_columns(line)).any() and self._is_alone(line):  # a footer
            return True
        if len(chain) > _MAX_HEADING_LINES:
            return False
        beside = others & (np.abs(self._y - line.y) < _ROW_HEIGHTS * line.height)
        return any((beside & self._share_columns(each)).any() and self._is_alone(each) for each in chain)

    def _is_alone(self, line: LevelLine) -> bool:
        """Tell whether no other line stands beside one."""
        return bool(np.count_nonzero(np.abs(self._y - line.y) < line.height) == 1)

    def _share_columns(self, line: LevelLine) -> Flags:
        """Tell which lines stand above or below one, (lines,)."""
        return shares_columns(self._x1, self._x2, np.array(line.x1), np.array(line.x2))


def find_blocks(lines: Sequence[LevelLine]) -> list[Block]:
    """Return the blocks of text: columns, headings, notes, tables; in no particular order."""
    page = _Lines(lines)
    columns = _chains(lines, page)
    group = list(range(len(columns)))  # of blocks that are read row by row, by its first member
    for first, second in _pairs(columns):
        pair = columns[first], columns[second]
        # What stands between two columns, or is a cell of neither, tells whether they are read in one row.
        if group[first] != group[second] and _are_cells(*pair) and not page.are_between(*pair):
            old, new = group[second], group[first]
            group = [new if each == old else each for each in group]
    members = [[block for k, block in enumerate(columns) if group[k] == g] for g in sorted(set(group))]
    return [Block(tuple(_row_by_row(each))) for each in members]


def _pairs(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of blocks that may have lines on one row, by their indices, the lower one first."""
    # From top to bottom: on a page of noise there are hundreds of blocks, and most are far from each other.
    reach = _ROW_HEIGHTS * max((line.height for block in blocks for line in block.lines), default=0.0)
    tops = [block.top for block in blocks]
    by_row = sorted(range(len(blocks)), key=tops.__getitem__)
    for position, first in enumerate(by_row):
        end = blocks[first].bottom + reach
        for second in by_row[position + 1 :]:
            if tops[second] > end:
                break
            yield min(first, second), max(first, second)


def _chains(lines: Sequence[LevelLine], page: _Lines) -> list[Block]:
    """Return runs of lines of which each has one line below it, and that one no other above it.

    What reaches across a column beside them, a heading or a footer, is no part of it.
    """
    by_row = sorted(lines, key=lambda line: line.y)
    reach = _MAX_PITCHES * _pitch(by_row)
    below = _next_of_each(by_row, reach)
    above = _next_of_each(by_row[::-1], reach)
    chains: dict[int, list[LevelLine]] = {}  # by the index of their last line
    for line in by_row:
        before = above[line.index]
        linked = len(before) == 1 and below[before[0].index] == [line]
        if linked and not page.part(chains[before[0].index], line):
            chains[line.index] = [*chains.pop(before[0].index), line]
        else:
            chains[line.index] = [line]
    return [Block(tuple(chain)) for chain in chains.values()]


def _pitch(by_row: Sequence[LevelLine]) -> float:
    """Return the median distance from a line to the next one below it; 0 if no line has one."""
    steps = []
    for position, line in enumerate(by_row):
        following = (other for other in by_row[position + 1 :] if other.shares_columns(line))
        step = next((other.y - line.y for other in following if not _on_one_row(line, other)), None)
        if step is not None:
            steps.append(step)
    return float(np.median(steps)) if steps else 0.0


def _on_one_row(first: LevelLine, second: LevelLine, reach: float = 0.0) -> bool:
    """Tell whether two lines stand on one row: their middles are near, at least within `reach` rows."""
    return abs(first.y - second.y) < max(reach, _ROW_HEIGHTS * min(first.height, second.height))


def _row_reach(columns: Sequence[Block]) -> float:
    """Return how far middles on one row of several columns may be apart, in rows; 0 if each has one line."""
    steps = (below.y - above.y for column in columns for above, below in pairwise(column.lines))
    return _ROW_PITCHES * min(steps, default=0.0)


def _next_of_each(ordered: Sequence[LevelLine], reach: float) -> dict[int, list[LevelLine]]:
    """Return, by the index of each line, the lines that follow it, see `_next_lines`.

    Args:
        ordered: Lines from top to bottom, or from bottom to top.
        reach: Rows.
    """
    return {
        line.index: _next_lines(line, islice(ordered, position + 1, None), reach)
        for position, line in enumerate(ordered)
    }


def _next_lines(line: LevelLine, following: Iterable[LevelLine], reach: float) -> list[LevelLine]:
    """Return which of the following lines stand within `reach` rows, and no nearer one hides them."""
    found: list[LevelLine] = []
    for other in following:
        if abs(other.y - line.y) > reach:
            break
        hidden = any(nearer.shares_columns(other) and not _on_one_row(nearer, other) for nearer in found)
        if line.shares_columns(other) and not hidden and not _on_one_row(line, other):
            found.append(other)
    return found


def _are_cells(first: Block, second: Block) -> bool:
    """Tell whether two blocks stand side by side as words or the cells of a table do."""
    left, right = sorted((first, second), key=lambda block: block.x1)
    if left.x2 > right.x1:
        return False
    height = median(line.height for line in (*left.lines, *right.lines))
    narrow, wide = sorted(max(line.width for line in block.lines) / height for block in (left, right))
    if wide > _MAX_CELL_HEIGHTS and narrow > _MAX_LABEL_HEIGHTS:
        return False
    few, many = sorted((left.lines, right.lines), key=len)
    reach = _row_reach((left, right))
    aligned = sum(any(_on_one_row(line, other, reach) for other in many) for line in few)
    if wide > _MAX_CELL_HEIGHTS and left.x2 - left.x1 > right.x2 - right.x1:
        # Beside long lines on its left, a column of a table has a cell for most of them, and a note has not.
        return aligned >= _MIN_ALIGNED_SHARE * len(left.lines)
    if len(few) < _MIN_COLUMN_LINES:
        return aligned > 0
    even = min(_evenness(left), _evenness(right))
    prose = narrow > _MAX_LABEL_HEIGHTS and even >= _MIN_JUSTIFIED
    near = right.x1 - left.x2 <= _MAX_GUTTER_HEIGHTS * height
    prose |= near and narrow >= _MIN_PROSE_HEIGHTS and even >= _MIN_RAGGED
    return aligned >= _MIN_ALIGNED_SHARE * len(few) and not prose


def _evenness(block: Block) -> float:
    """Return the mean width of the lines of a block, relative to the widest, 0-1."""
    widths = [line.width for line in block.lines]
    return fmean(widths) / max(widths)


def _row_by_row(columns: Sequence[Block]) -> list[LevelLine]:
    """Return the lines of columns from top to bottom, those on one row from left to right."""
    reach = _row_reach(columns)
    rows: list[list[LevelLine]] = []
    for line in sorted((line for column in columns for line in column.lines), key=lambda line: line.y):
        if rows and _on_one_row(rows[-1][0], line, reach):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x1)]
