import pytest

from text_recognizer.layout.fitting import Fit
from text_recognizer.layout.level_lines import LevelLine, LevelPage, level_lines


def line(index: int, x1: int, x2: int, y: int) -> LevelLine:
    return LevelLine(index, x1, x2, y, 20.0)


LEFT = [line(row, 0, 400, 20 + 32 * row) for row in range(5)]


def test_a_slope_is_taken_away() -> None:
    fits = [Fit((0, 90, 200, 130), 0.1, 100.0, 10, 10, 20), Fit((0, 130, 400, 180), 0.1, 135.0, 10, 10, 20)]
    assert [line.y for line in level_lines(fits)] == pytest.approx([100, 135])


def test_no_lines_are_no_level_lines() -> None:
    assert level_lines([]) == []


@pytest.mark.parametrize(
    ("x2", "beside", "parted"), [(700, False, True), (420, False, False), (700, True, False)]
)
def test_a_footer_below_a_longer_column_and_a_shorter_one_is_no_part_of_either(
    x2: int, beside: bool, parted: bool
) -> None:
    right = [line(5 + row, 460, 860, 20 + 32 * row) for row in range(3)]
    footer, note = line(8, 0, x2, 180), line(9, 720, 860, 184)
    page = LevelPage([*LEFT, *right, footer, *([note] if beside else [])])
    assert page.are_parted(LEFT, footer) == parted


def test_a_heading_above_a_column_and_one_that_begins_beside_it_is_no_part_of_either() -> None:
    heading, right = line(8, 0, 700, -20), [line(5 + row, 460, 860, 24 + 32 * row) for row in range(3)]
    assert LevelPage([heading, *LEFT, *right]).are_parted([heading], LEFT[0])
    assert not LevelPage([heading, *LEFT]).are_parted([heading], LEFT[0])


def test_only_lines_wholly_between_two_columns_of_the_page_are_within() -> None:
    page = LevelPage(LEFT)
    assert page.has_line_within(0, 400, 10, 30)
    assert not page.has_line_within(10, 500, 10, 30)
    assert not page.has_line_within(0, 400, 25, 45)
