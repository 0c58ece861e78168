"""Label maps with known lines: boxes, order, joining, and crops."""

import numpy as np
import numpy.typing as npt
import pytest

from text_recognizer.layout.crops import crop_line
from text_recognizer.layout.kernels import label_parts
from text_recognizer.layout.lines import PageLayout
from text_recognizer.layout.lines import find_lines as find_lines_of_parts
from text_recognizer.types import Region

Labels = npt.NDArray[np.uint8]


def page(*boxes: tuple[int, int, int, int], shape: tuple[int, int] = (200, 300)) -> Labels:
    """Label map with the boxes (x1, y1, x2, y2) as alternating lines."""
    labels = np.zeros(shape, np.uint8)
    for index, (x1, y1, x2, y2) in enumerate(boxes):
        labels[y1:y2, x1:x2] = 1 + index % 2
    return labels


def find_lines(labels: Labels, scale: float, page_shape: tuple[int, int]) -> PageLayout:
    """Find the lines of a map of odd and even lines, as a perfect detector would show it."""
    return find_lines_of_parts(label_parts(labels), scale, page_shape)


def detect_regions(labels: Labels, scale: float, page_shape: tuple[int, int]) -> list[Region]:
    return find_lines(labels, scale, page_shape).regions


def slanted_page(slope: float, lines: int = 6, pitch: int = 20, short_last: bool = True) -> Labels:
    """Lines of 18 rows that descend by `slope` per column and touch each other; the last one ends early."""
    rows, columns = np.mgrid[0:200, 0:300]
    level = rows - slope * (columns - 150) - 30
    index = np.floor(level / pitch).astype(int)
    inside = (index >= 0) & (index < lines) & (columns > 20) & (columns < 280) & (level % pitch < 18)
    if short_last:
        inside &= (index < lines - 1) | (columns < 90)
    return np.where(inside, 1 + index % 2, 0).astype(np.uint8)


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


def test_columns_of_text_are_read_one_after_the_other() -> None:
    rows = range(10, 130, 30)
    labels = page(*[(10, y, 120, y + 20) for y in rows])
    labels[:, 180:290] = np.roll(labels[:, 10:120], 5, axis=0)

    regions = detect_regions(labels, 1.0, (200, 300))

    assert [(region.x1, region.y1) for region in regions] == [(10, y) for y in rows] + [
        (180, y + 5) for y in rows
    ]


def test_two_words_far_apart_are_no_columns() -> None:
    labels = page((10, 10, 60, 30), (10, 40, 60, 60))
    labels[12:32, 230:290] = 2

    assert [region.x1 for region in detect_regions(labels, 1.0, (200, 300))] == [10, 230, 10]


def test_line_height_is_measured_on_the_map() -> None:
    assert find_lines(page((20, 10, 280, 30)), 0.5, (400, 600)).line_height == pytest.approx(20, abs=1)
    assert find_lines(np.zeros((64, 96), np.uint8), 0.5, (128, 192)).line_height == 0


@pytest.mark.parametrize("slope", [-0.2, -0.1, 0.0, 0.1, 0.2])
def test_slanted_lines_keep_their_order(slope: float) -> None:
    layout = find_lines(slanted_page(slope), 1.0, (200, 300))

    assert len(layout.lines) == 6
    assert layout.lines[-1].region.x2 <= 91  # the short line is the last one, wherever it stands
    levels = [line.middle + line.slope * 50 for line in layout.lines]
    assert levels == sorted(levels)
    assert [line.slope for line in layout.lines[:5]] == pytest.approx([slope] * 5, abs=0.03)


def test_crop_is_level_and_holds_one_line_only() -> None:
    labels = slanted_page(0.15, short_last=False)
    layout = find_lines(labels, 0.5, (400, 600))
    rows, columns = np.mgrid[0:400, 0:600]
    baseline = (rows - 0.15 * (columns - 300) - 60) % 40  # one stroke in the middle of each line
    ink = np.where((abs(baseline - 18) < 2) & np.kron(labels > 0, np.ones((2, 2), bool)), 1, 0).astype(
        np.float32
    )

    crop = crop_line(ink, layout, 2)

    inked = np.flatnonzero((crop > 0.5).any(axis=1))
    assert inked[-1] - inked[0] < 12  # unlevelled, the stroke would rise by 78 rows
    assert (crop > 0.5).any(axis=0).sum() >= 500
    assert crop.shape[0] < 60


def test_ink_of_the_neighbour_is_erased_and_own_descenders_stay() -> None:
    labels = page((20, 20, 280, 40), (20, 42, 280, 62), shape=(100, 300))
    ink = np.zeros((100, 300), np.float32)
    ink[28:32, 30:270] = 1  # the line itself
    ink[32:44, 100:103] = 1  # its descender, into the next line
    ink[50:54, 30:270] = 1  # the next line
    ink[38:50, 200:203] = 1  # an ascender of the next line, into this one
    layout = find_lines(labels, 1.0, (100, 300))

    crop = crop_line(ink, layout, 0)

    line = layout.lines[0]
    left = int(line.region.x1 - 0.6 * (line.above + line.below))
    assert (crop[:, 101 - left] > 0.5).sum() >= 13
    assert (crop[:, 201 - left] > 0.5).sum() == 4


def test_lines_that_grow_together_are_cut_at_the_border() -> None:
    labels = page((20, 20, 280, 40), (20, 40, 280, 60), shape=(100, 300))
    ink = np.zeros((100, 300), np.float32)
    ink[28:32, 30:270] = ink[48:52, 30:270] = 1
    ink[28:52, 150:153] = 1  # one stroke through both
    layout = find_lines(labels, 1.0, (100, 300))

    for index in (0, 1):
        crop = crop_line(ink, layout, index)
        assert np.count_nonzero((crop > 0.5).sum(axis=1) > 200) == 4
        assert 10 <= (crop > 0.5).any(axis=1).sum() <= 13


def test_a_comma_behind_the_line_belongs_to_it_and_a_word_of_another_line_does_not() -> None:
    labels = page((20, 20, 200, 40), shape=(100, 300))
    labels[42:62, 20:280] = 2
    ink = np.zeros((100, 300), np.float32)
    ink[28:32, 30:198] = 1
    ink[35:39, 204:207] = 1  # the comma
    ink[50:54, 30:270] = 1
    layout = find_lines(labels, 1.0, (100, 300))

    crop = crop_line(ink, layout, 0)

    assert np.count_nonzero(crop > 0.5) == 4 * 168 + 4 * 3
