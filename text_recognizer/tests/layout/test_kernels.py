"""Kernels and borders: what the detector learns, and the way back to lines."""

import numpy as np
import pytest

from text_recognizer.arrays import KernelMap
from text_recognizer.layout.kernels import BACKGROUND, BORDER, KERNEL, UNKNOWN, extend, kernel_map, line_map
from text_recognizer.tests.steps import steps_of


def test_the_middle_half_of_a_line_is_its_kernel() -> None:
    lines = np.zeros((30, 5), np.uint8)
    lines[4:24, 1:4] = 1

    kernels = kernel_map(lines)

    above, line = [BACKGROUND] * 4, [BORDER] * 5 + [KERNEL] * 10 + [BORDER] * 5
    assert kernels[:, 2].tolist() == above + line + [BACKGROUND] * 6
    assert not kernels[:, 0].any()


def test_what_is_unknown_stays_unknown() -> None:
    labels = np.zeros((30, 5), np.uint8)
    labels[4:24, 1:4], labels[24:] = 1, UNKNOWN

    kernels = kernel_map(labels)

    np.testing.assert_array_equal(kernels == UNKNOWN, labels == UNKNOWN)
    assert (kernels[:24] != UNKNOWN).all()


def test_kernels_of_touching_lines_are_apart_and_come_back_as_lines() -> None:
    lines = np.zeros((60, 80), np.uint8)
    lines[0:20, 5:75], lines[20:40, 5:75], lines[40:60, 5:75] = 1, 2, 1

    found = line_map(kernel_map(lines)).owners

    assert (found >= 0).sum() == (lines > 0).sum()
    assert [len(np.unique(found[y : y + 20, 5:75])) for y in (0, 20, 40)] == [1, 1, 1]
    assert len(np.unique(found)) == 4  # three lines and nothing


@pytest.mark.parametrize("thickness", [6, 9, 13, 30])
def test_the_way_back_restores_lines_of_any_thickness(thickness: int) -> None:
    lines = np.zeros((200, 300), np.uint8)
    for index in range(200 // (thickness + 2)):
        top = index * (thickness + 2)
        lines[top : top + thickness, 20 : 280 - 15 * (index % 4)] = 1 + index % 2

    np.testing.assert_array_equal(line_map(kernel_map(lines)).owners >= 0, lines > 0)


def two_kernels(gap: int = 5, step: int = 0) -> KernelMap:
    """Return two kernels of 10 rows, the right one `gap` columns further and `step` rows lower."""
    kernels = np.full((60, 300), BACKGROUND, np.uint8)
    kernels[20:30, 10:100] = KERNEL
    kernels[20 + step : 30 + step, 100 + gap : 190 + gap] = KERNEL
    return kernels


@pytest.mark.parametrize(("step", "lines"), [(0, 1), (6, 1), (-6, 1), (8, 2), (-8, 2), (20, 2)])
def test_fragments_continue_each_other_unless_one_is_too_far_up_or_down(step: int, lines: int) -> None:
    assert line_map(two_kernels(step=step)).owners.max() + 1 == lines  # the limit is 0.7 thicknesses


def beside_a_line(height: int, width: int, gap: int, step: int) -> KernelMap:
    """Return the kernel of a line, 10 rows high, and on its left one of another size, `step` rows lower."""
    kernels = np.full((120, 400), BACKGROUND, np.uint8)
    kernels[50:60, 120:380] = KERNEL
    top = 55 + step - height // 2
    kernels[top : top + height, 120 - gap - width : 120 - gap] = KERNEL
    return kernels


@pytest.mark.parametrize(
    ("height", "width", "gap", "step", "lines"),
    [
        (16, 38, 28, -9, 2),  # a number in the margin
        (36, 54, 17, 0, 2),  # a stamp
        (36, 40, 8, 0, 1),  # a large initial
        (16, 38, 28, 3, 1),  # a larger word, level with the line
        (5, 12, 28, 4, 1),  # a dash
    ],
)
def test_figures_in_the_margin_are_no_part_of_a_line(
    height: int, width: int, gap: int, step: int, lines: int
) -> None:
    assert line_map(beside_a_line(height, width, gap, step)).owners.max() + 1 == lines


@pytest.mark.parametrize(("gap", "lines"), [(2, 1), (48, 1), (52, 2)])
def test_fragments_are_joined_over_a_gap_but_not_over_a_wide_one(gap: int, lines: int) -> None:
    assert line_map(two_kernels(gap)).owners.max() + 1 == lines  # the limit is 5 thicknesses


@pytest.mark.parametrize(("gap", "height", "lines"), [(40, 6, 2), (40, 9, 1), (8, 6, 1)])
def test_small_writing_far_behind_a_line_is_another_one(gap: int, height: int, lines: int) -> None:
    kernels = two_kernels(gap)
    kernels[20 + height : 30, 100 + gap :] = BACKGROUND
    assert line_map(kernels).owners.max() + 1 == lines


def test_a_fragment_joins_the_line_that_it_continues_best() -> None:
    kernels = np.full((60, 300), BACKGROUND, np.uint8)
    kernels[10:20, 10:100] = kernels[22:32, 10:100] = KERNEL
    kernels[17:27, 110:200] = KERNEL  # 7 rows below the first, 5 above the second: only one is near enough
    found = line_map(kernels).owners
    assert found[20, 150] == found[25, 50] != found[15, 50]


@pytest.mark.parametrize(
    ("rows", "columns", "kept"), [(10, 30, True), (2, 90, False), (12, 3, False), (5, 5, False)]
)
def test_specks_and_thin_strokes_are_no_lines(rows: int, columns: int, kept: bool) -> None:
    kernels = two_kernels()
    kernels[45 : 45 + rows, 10 : 10 + columns] = KERNEL
    assert bool((line_map(kernels).owners[45:] >= 0).any()) == kept


def test_a_border_without_a_kernel_is_no_line() -> None:
    kernels = np.full((40, 40), BACKGROUND, np.uint8)
    kernels[10:30, 5:35] = BORDER

    assert (line_map(kernels).owners == -1).all()


def test_extension_goes_to_the_nearest_and_not_too_far() -> None:
    owners = np.full((12, 1), -1, np.int32)
    owners[2], owners[7] = 0, 1

    assert extend(owners, 2)[:, 0].tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1, -1]
    assert extend(owners, 0)[:, 0].tolist() == owners[:, 0].tolist()


@pytest.mark.slow
def test_the_work_grows_no_faster_than_the_number_of_pieces() -> None:
    assert steps_of(lambda: line_map(pieces(50))) < 2.5 * steps_of(lambda: line_map(pieces(25)))
    assert line_map(pieces(50)).owners.max() + 1 == 50


def pieces(lines: int) -> KernelMap:
    """Return a map (H, W) of lines of 39 pieces each."""
    kernels = np.zeros((40 * lines, 1200), np.uint8)
    for top in range(4, 40 * lines, 40):
        for left in range(4, 1150, 30):
            kernels[top : top + 6, left : left + 14] = KERNEL
    return kernels


def test_lines_that_run_into_each_other_are_told_apart() -> None:
    """A high word stands between two lines; both keep their pixels beside it and across it."""
    kernels = np.full((80, 300), BACKGROUND, np.uint8)
    kernels[10:20, 10:290] = kernels[50:60, 10:290] = KERNEL
    kernels[10:60, 140:150] = KERNEL

    found = line_map(kernels)

    upper, lower = found.owners[15, 10:290], found.owners[55, 10:290]
    assert len(set(upper.tolist())) == len(set(lower.tolist())) == 1
    assert -1 != upper[0] != lower[0] != -1
    assert 0.05 < found.bridged < 0.1  # 500 of 6,000 pixels
    assert line_map(two_kernels()).bridged == 0
