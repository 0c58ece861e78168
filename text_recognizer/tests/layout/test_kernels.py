"""Cores and rims: what the detector learns, and the way back to lines."""

import numpy as np
import pytest

from text_recognizer.layout.kernels import BACKGROUND, CORE, RIM, extend, label_parts, line_map


def test_the_middle_half_of_a_line_is_its_core() -> None:
    lines = np.zeros((30, 5), np.uint8)
    lines[4:24, 1:4] = 1

    parts = label_parts(lines)

    assert parts[:, 2].tolist() == [BACKGROUND] * 4 + [RIM] * 5 + [CORE] * 10 + [RIM] * 5 + [BACKGROUND] * 6
    assert not parts[:, 0].any()


def test_cores_of_touching_lines_are_apart_and_come_back_as_lines() -> None:
    lines = np.zeros((60, 80), np.uint8)
    lines[0:20, 5:75], lines[20:40, 5:75], lines[40:60, 5:75] = 1, 2, 1

    found = line_map(label_parts(lines))

    assert (found >= 0).sum() == (lines > 0).sum()
    assert [len(np.unique(found[y : y + 20, 5:75])) for y in (0, 20, 40)] == [1, 1, 1]
    assert len(np.unique(found)) == 4  # three lines and nothing


@pytest.mark.parametrize("thickness", [6, 9, 13, 30])
def test_the_way_back_restores_lines_of_any_thickness(thickness: int) -> None:
    lines = np.zeros((200, 300), np.uint8)
    for index in range(200 // (thickness + 2)):
        top = index * (thickness + 2)
        lines[top : top + thickness, 20 : 280 - 15 * (index % 4)] = 1 + index % 2

    np.testing.assert_array_equal(line_map(label_parts(lines)) >= 0, lines > 0)


def test_a_rim_without_a_core_is_no_line() -> None:
    parts = np.full((40, 40), BACKGROUND, np.uint8)
    parts[10:30, 5:35] = RIM

    assert (line_map(parts) == -1).all()


def test_extension_goes_to_the_nearest_and_not_too_far() -> None:
    owners = np.full((12, 1), -1, np.int32)
    owners[2], owners[7] = 0, 1

    assert extend(owners, 2)[:, 0].tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1, -1]
    assert extend(owners, 0)[:, 0].tolist() == owners[:, 0].tolist()
