from collections.abc import Sequence

import numpy as np
import pytest

from text_recognizer.layout.blocks import find_blocks
from text_recognizer.layout.level_lines import LevelLine
from text_recognizer.tests.steps import steps_of

Box = tuple[int, int, int]  # first column, column behind the last one, row of the middle


def blocks(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of the lines of each block; lines are 20 rows high."""
    lines = [LevelLine(index, x1, x2, y, 20.0) for index, (x1, x2, y) in enumerate(boxes)]
    return [[line.index for line in block.lines] for block in find_blocks(lines)]


def test_lines_below_each_other_are_one_block() -> None:
    assert blocks([(0, 500, 20), (0, 480, 52), (0, 90, 84)]) == [[0, 1, 2]]


def test_two_columns_are_two_blocks() -> None:
    left, right = [(0, 400, y) for y in (20, 52, 84)], [(460, 880, y) for y in (25, 57, 89)]
    assert blocks([*left, *right]) == [[0, 1, 2], [3, 4, 5]]


def test_a_heading_over_two_columns_is_a_block_of_its_own() -> None:
    columns = [(0, 400, 52), (460, 880, 52), (0, 400, 84), (460, 880, 84)]
    assert sorted(blocks([(150, 700, 20), *columns])) == [[0], [1, 3], [2, 4]]


def test_a_heading_keeps_its_distance() -> None:
    assert blocks([(100, 300, 20), *[(0, 500, y) for y in (90, 122, 154, 186)]]) == [[0], [1, 2, 3, 4]]


@pytest.mark.parametrize("dy", [-6, 0, 6])
def test_cells_of_a_table_are_read_row_by_row(dy: int) -> None:
    cells = [(0, x2, y) for x2, y in ((90, 20), (120, 80), (70, 140))] + [
        (200, 240, y + dy) for y in (20, 80, 140)
    ]
    assert blocks(cells) == [[0, 3, 1, 4, 2, 5]]


@pytest.mark.parametrize("dy", [-17, -12, 12, 17])
def test_labels_may_stand_higher_than_what_is_written_beside_them(dy: int) -> None:
    labels = [(0, x2, y) for x2, y in ((120, 20), (115, 80), (35, 140), (60, 200))]
    values = [(200, x2, y + dy) for x2, y in ((265, 20), (290, 80), (300, 140), (310, 200))]
    assert blocks([*labels, *values]) == [[0, 4, 1, 5, 2, 6, 3, 7]]


def test_numbers_are_cells_beside_long_descriptions() -> None:
    rows = (20, 52, 84, 116)
    assert blocks([(0, 420, y) for y in rows] + [(480, 540, y) for y in rows]) == [[0, 4, 1, 5, 2, 6, 3, 7]]


def test_short_lines_whose_rows_differ_are_columns() -> None:
    lists = [(0, 120, y) for y in (20, 52, 84, 116)] + [(200, 330, y) for y in (36, 68, 100, 132)]
    assert blocks(lists) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_narrow_columns_of_prose_are_no_table() -> None:
    widths = ((150, 20), (138, 52), (126, 84), (144, 116))
    ragged = [(0, width, y) for width, y in widths] + [(190, 190 + width, y) for width, y in widths]
    assert blocks(ragged) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    apart = [(0, width, y) for width, y in widths] + [(240, 240 + width, y) for width, y in widths]
    assert blocks(apart) == [[0, 4, 1, 5, 2, 6, 3, 7]]


def test_no_lines_are_no_blocks() -> None:
    assert find_blocks([]) == []


def scattered(count: int) -> list[LevelLine]:
    """Return short lines at random places of a page that is the longer the more they are."""
    places = np.random.default_rng(0).integers(0, (900, 22 * count), (count, 2)).tolist()
    return [LevelLine(index, float(x), float(x + 60), float(y), 12.0) for index, (x, y) in enumerate(places)]


def test_the_work_grows_no_faster_than_the_number_of_lines() -> None:
    few, many = scattered(450), scattered(900)
    assert steps_of(lambda: find_blocks(many)) < 2.5 * steps_of(lambda: find_blocks(few))
    assert sorted(line.index for block in find_blocks(many) for line in block.lines) == list(range(900))
