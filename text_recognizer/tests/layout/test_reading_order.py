import numpy as np
import pytest

from text_recognizer.layout.fitting import Fit
from text_recognizer.layout.reading_order import reading_order
from text_recognizer.tests.layout.label_maps import find_lines, page, sloping_page


def test_columns_of_text_are_read_one_after_the_other() -> None:
    rows = range(10, 130, 30)
    labels = page(*[(10, y, 120, y + 20) for y in rows])
    labels[:, 180:290] = np.roll(labels[:, 10:120], 5, axis=0)

    regions = find_lines(labels, 1.0, (200, 300)).regions

    assert [(region.x1, region.y1) for region in regions] == [(10, y) for y in rows] + [
        (180, y + 5) for y in rows
    ]


def test_two_words_far_apart_are_no_columns() -> None:
    labels = page((10, 10, 60, 30), (10, 40, 60, 60))
    labels[12:32, 230:290] = 2

    assert [region.x1 for region in find_lines(labels, 1.0, (200, 300)).regions] == [10, 230, 10]


@pytest.mark.parametrize("slope", [-0.2, -0.1, 0.0, 0.1, 0.2])
def test_sloping_lines_keep_their_order(slope: float) -> None:
    layout = find_lines(sloping_page(slope), 1.0, (200, 300))

    assert len(layout.lines) == 6
    assert layout.lines[-1].region.x2 <= 91  # the short line is the last one, wherever it stands
    levels = [line.middle + line.slope * 50 for line in layout.lines]
    assert levels == sorted(levels)
    assert [line.slope for line in layout.lines[:5]] == pytest.approx([slope] * 5, abs=0.03)


def line(x1: int, x2: int, y: float, slope: float = 0.0) -> Fit:
    """Return a line of 20 rows whose middle passes through row `y` of column 0."""
    return Fit((x1, round(y) - 10, x2, round(y) + 10), slope, y, 10, 10, 20)


def test_lines_side_by_side_are_read_left_to_right() -> None:
    assert reading_order([line(300, 500, 50), line(0, 200, 50), line(0, 500, 90)]) == [1, 0, 2]


def test_nothing_to_read_has_no_order() -> None:
    assert reading_order([]) == []


def test_the_slope_of_wide_lines_counts_more_than_that_of_words() -> None:
    lines = [line(0, 1000, 100, 0.1), line(900, 1000, 185, 0.0), line(0, 1000, 160, 0.1)]
    # The word stands above the first line's end (row 195), although below that line's middle (row 150).
    assert reading_order(lines) == [1, 0, 2]
