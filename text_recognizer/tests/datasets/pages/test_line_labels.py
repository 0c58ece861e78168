"""Label maps from boxes of words."""

import numpy as np
import pytest

from text_recognizer.datasets.pages.line_labels import LineBand, line_bands, paint_labels
from text_recognizer.geometry import Region
from text_recognizer.images.components import connected_components
from text_recognizer.layout.kernels import KERNEL, kernel_map


def words(y: float, slope: float = 0.0, count: int = 6) -> list[Region]:
    """Words of 60 x 20 pixels whose middles lie on a line."""
    boxes = []
    for x in range(20, 20 + 80 * count, 80):
        middle = y + slope * (x + 30)
        boxes.append(Region(x, round(middle - 10), x + 60, round(middle + 10)))
    return boxes


def test_level_lines_become_their_boxes() -> None:
    labels = paint_labels(line_bands([words(30), words(80)]), (100, 520), 1.0)

    expected = np.zeros((100, 520), np.uint8)
    expected[20:40, 20:480] = 1
    expected[70:90, 20:480] = 2
    np.testing.assert_array_equal(labels, expected)


def test_labels_alternate_and_lines_without_words_do_not_count() -> None:
    labels = paint_labels(line_bands([words(30), [], words(80), words(130)]), (160, 520), 1.0)

    assert [labels[y, 200] for y in (30, 80, 130)] == [1, 2, 1]


@pytest.mark.parametrize("slope", [-0.15, 0.15])
def test_slanted_lines_whose_boxes_overlap_are_apart(slope: float) -> None:
    bands = line_bands([words(100, slope), words(130, slope)])

    labels = paint_labels(bands, (300, 520), 1.0)

    assert [band.slope for band in bands] == pytest.approx([slope] * 2, abs=0.02)
    for x in (50, 250, 450):
        column = labels[:, x]
        assert 18 <= np.count_nonzero(column == 1) <= 26
        assert np.flatnonzero(column == 1).max() < np.flatnonzero(column == 2).min()


def test_a_lone_high_word_does_not_tilt_its_line() -> None:
    line = [Region(0, 40, 60, 60), Region(80, 40, 140, 60), Region(160, 20, 220, 60)]

    assert abs(line_bands([line, words(120), words(160)])[0].slope) < 0.03


def test_an_overlap_is_split_in_the_middle() -> None:
    bands = [LineBand(0, 50, 0.0, 20, 20, 20), LineBand(0, 50, 0.0, 50, 20, 20)]  # rows 0-40 and 30-70

    column = paint_labels(bands, (80, 50), 1.0)[:, 10]

    assert np.flatnonzero(column == 1).tolist() == list(range(35))
    assert np.flatnonzero(column == 2).tolist() == list(range(35, 70))


def test_scale_and_shift() -> None:
    band = LineBand(100, 300, 0.1, 50, 20, 20)

    labels = paint_labels([band.shifted(100, 40)], (100, 150), 0.5)

    assert labels[:, :100].any(axis=0).all()
    assert not labels[:, 100:].any()
    # At column 200 of the page the middle is row 70, in the crop 30, on the map 15.
    assert np.flatnonzero(labels[:, 50]).tolist() == list(range(5, 25))


def test_no_lines_no_labels() -> None:
    assert not paint_labels([], (10, 10), 1.0).any()


def test_lines_that_are_not_neighbours_in_order_are_split_too() -> None:
    rows = {0: (0, 40), 1: (100, 140), 2: (30, 70)}
    bands = [LineBand(0, 50, 0.0, (top + end) / 2, 20, 20) for top, end in rows.values()]

    column = paint_labels(bands, (150, 50), 1.0)[:, 10]

    assert column[:34].tolist() == [1] * 34
    assert column[35] == 0, "both are odd lines: a pixel is between them"
    assert column[36:70].tolist() == [1] * 34


def test_kernels_of_neighbours_never_touch() -> None:
    beside = [LineBand(0, 100, 0.0, 50, 20, 20), LineBand(100, 200, 0.0, 53, 20, 20)]
    staggered = [LineBand(0, 90, 0.0, 90, 20, 20), LineBand(60, 200, 0.0, 110, 20, 20)]

    kernels = kernel_map(paint_labels([*beside, *staggered], (140, 200), 1.0)) == KERNEL

    components = connected_components(kernels)
    assert components.count == 4
    assert components.areas().min() > 0.3 * kernels.sum() / 4
