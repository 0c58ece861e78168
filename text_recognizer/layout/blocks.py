"""Lines -> blocks of text: what is read line after line before anything beside it is read.

Lines are seen on the level page, see `level_lines.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from statistics import fmean, median

import numpy as np

from text_recognizer.layout.level_lines import ROW_HEIGHTS, LevelLine, LevelPage

_ROW_PITCHES = 0.3  # the same of words and cells, in the least distance of the rows: labels may stand higher
_MAX_PITCHES = 1.6  # lines of a block follow each other within so many: headings keep their distance
_MAX_CELL_HEIGHTS = 8.0  # width of a table's cell or of a lone word; lines of prose are longer
_MAX_LABEL_HEIGHTS = 4.0  # width of a number or a label; what stands beside it may be as long as prose
_MIN_JUSTIFIED = 0.95  # mean width of the lines of a column, relative to the widest: prose, not words
_MIN_PROSE_HEIGHTS = 4.5  # width of the widest line of a narrow column; words in cells are shorter
_MIN_RAGGED = 0.77  # mean width of its lines, relative to the widest: words are broken nowhere
_MAX_GUTTER_HEIGHTS = 2.5  # between narrow columns; cells keep more distance from their neighbours
_MIN_COLUMN_LINES = 3  # fewer short lines side by side are words far apart, not columns
_MIN_ALIGNED_SHARE = 0.8  # of the lines of a table's column that have a cell beside them


@dataclass(frozen=True)
class Block:
    """Lines that are read in a row.

    ```python
    from text_recognizer.layout.blocks import Block
    from text_recognizer.layout.level_lines import LevelLine

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


def find_blocks(lines: Sequence[LevelLine]) -> list[Block]:
    """Return the blocks of text: columns, headings, notes, tables; in no particular order."""
    page = LevelPage(lines)
    columns = _chains(lines, page)
    group = list(range(len(columns)))  # of blocks that are read row by row, by its first member
    for first, second in _pairs(columns):
        if group[first] != group[second] and _are_neighbours(columns[first], columns[second], page):
            old, new = group[second], group[first]
            group = [new if each == old else each for each in group]
    members = [[block for k, block in enumerate(columns) if group[k] == g] for g in sorted(set(group))]
    return [Block(tuple(_row_by_row(each))) for each in members]


def _pairs(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of blocks that may have lines on one row, by their indices, the lower one first."""
    # From top to bottom: on a page of noise there are hundreds of blocks, and most are far from each other.
    reach = ROW_HEIGHTS * max((line.height for block in blocks for line in block.lines), default=0.0)
    tops = [block.top for block in blocks]
    by_row = sorted(range(len(blocks)), key=tops.__getitem__)
    for position, first in enumerate(by_row):
        end = blocks[first].bottom + reach
        for second in by_row[position + 1 :]:
            if tops[second] > end:
                break
            yield min(first, second), max(first, second)


def _chains(lines: Sequence[LevelLine], page: LevelPage) -> list[Block]:
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
        if linked and not page.are_parted(chains[before[0].index], line):
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
    return abs(first.y - second.y) < max(reach, ROW_HEIGHTS * min(first.height, second.height))


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


def _are_neighbours(first: Block, second: Block, page: LevelPage) -> bool:
    """Tell whether two blocks stand side by side as words or the cells of a table do, nothing between them.

    Columns with another one between them are a table only together with that one.
    """
    left, right = sorted((first, second), key=lambda block: block.x1)
    top, bottom = max(left.top, right.top), min(left.bottom, right.bottom)
    return _are_cells(left, right) and not page.has_line_within(left.x2, right.x1, top, bottom)


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
