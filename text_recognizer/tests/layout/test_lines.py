"""Label maps with known lines: boxes, order and joining."""

import numpy as np
import pytest

from text_recognizer.arrays import LabelMap
from text_recognizer.geometry import Region
from text_recognizer.tests.layout.label_maps import find_lines, page


def detect_regions(labels: LabelMap, scale: float, page_shape: tuple[int, int]) -> list[Region]:
    return find_lines(labels, scale, page_shape).regions


def test_an_empty_page_has_no_lines() -> None:
    layout = find_lines(np.zeros((64, 96), np.uint8), 0.5, (128, 192))

    assert layout.lines == ()
    assert (layout.owners == -1).all()


def test_touching_lines_come_out_apart_in_order_and_in_page_pixels() -> None:
    labels = page((20, 10, 280, 30), (20, 30, 280, 50), (20, 50, 120, 70))

    regions = detect_regions(labels, 0.5, (400, 600))

    assert regions == [Region(40, 20, 560, 60), Region(40, 60, 560, 100), Region(40, 100, 240, 140)]


def test_regions_are_clipped_to_the_page() -> None:
    regions = detect_regions(page((20, 170, 300, 200)), 0.5, (390, 590))

    assert regions == [Region(40, 340, 590, 390)]


def test_specks_are_dropped_but_short_lines_stay() -> None:
    labels = page((20, 10, 280, 30), (20, 40, 50, 60))
    labels[100:103, 100:103] = 1
    labels[120, 20:200] = 2  # a ruled line

    assert len(detect_regions(labels, 1.0, (200, 300))) == 2


def test_fragments_of_one_line_are_joined() -> None:
    labels = page((20, 10, 120, 30), shape=(100, 300))
    labels[12:31, 140:280] = 1

    assert detect_regions(labels, 1.0, (100, 300)) == [Region(20, 10, 280, 31)]


def test_columns_of_text_are_not_joined_over_a_wide_gap() -> None:
    labels = page((10, 10, 120, 30))
    labels[10:30, 190:290] = 1

    assert detect_regions(labels, 1.0, (200, 300)) == [Region(10, 10, 120, 30), Region(190, 10, 290, 30)]


def test_line_height_is_measured_on_the_map() -> None:
    assert find_lines(page((20, 10, 280, 30)), 0.5, (400, 600)).line_height == pytest.approx(20, abs=1)
    assert find_lines(np.zeros((64, 96), np.uint8), 0.5, (128, 192)).line_height == 0


def test_a_layout_can_be_that_of_a_smaller_page() -> None:
    layout = find_lines(page((20, 10, 280, 30)), 0.5, (400, 600))
    small = layout.reduced(4)
    assert small.scale == 4 * layout.scale
    (line,), (small_line,) = layout.lines, small.lines
    assert small_line.height == pytest.approx(line.height / 4)
    assert small_line.middle == pytest.approx(line.middle / 4)
    assert small_line.slope == line.slope
    assert small_line.region.x2 == round(line.region.x2 / 4)
    assert layout.reduced(1) is layout
