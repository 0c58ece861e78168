"""Crops of lines whose ink is known: level, complete, and without the neighbours' ink."""

import numpy as np
import pytest

from text_recognizer.layout.crops import crop_left, crop_line
from text_recognizer.tests.layout.label_maps import find_lines, page, sloping_page


def test_crop_is_level_and_holds_one_line_only() -> None:
    labels = sloping_page(0.15, short_last=False)
    layout = find_lines(labels, 0.5, (400, 600))
    rows, columns = np.mgrid[0:400, 0:600]
    baseline = (rows - 0.15 * (columns - 300) - 60) % 40  # one stroke in the middle of each line
    ink = np.where((abs(baseline - 18) < 2) & np.kron(labels > 0, np.ones((2, 2), bool)), 1, 0).astype(
        np.float32
    )

    crop = crop_line(ink, layout, 2).ink

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

    crop = crop_line(ink, layout, 0).ink

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
        crop = crop_line(ink, layout, index).ink
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

    crop = crop_line(ink, layout, 0).ink

    assert np.count_nonzero(crop > 0.5) == 4 * 168 + 4 * 3


def test_faint_ink_belongs_to_the_line_on_which_it_lies() -> None:
    """Ink too weak to connect strokes stays in its own line and is removed from the neighbour's crop."""
    labels = page((20, 20, 280, 40), (20, 40, 280, 60), shape=(100, 300))
    ink = np.zeros((100, 300), np.float32)
    ink[28:32, 30:270] = ink[48:52, 30:270] = 1
    ink[34:36, 100:120] = 0.08  # below the first line's strokes
    ink[43:45, 200:230] = 0.08  # above the second line's
    layout = find_lines(labels, 1.0, (100, 300))

    for index, pixels in ((0, 2 * 20), (1, 2 * 30)):
        crop = crop_line(ink, layout, index).ink
        assert np.count_nonzero((crop > 0) & (crop < 0.1)) == pixels


def test_ink_between_lines_goes_to_the_nearer_one() -> None:
    labels = page((20, 20, 280, 40), (20, 50, 280, 70), shape=(100, 300))
    ink = np.zeros((100, 300), np.float32)
    ink[28:32, 30:270] = ink[58:62, 30:270] = 1
    ink[41:44, 100:110] = 1  # touches the middle of neither line
    layout = find_lines(labels, 1.0, (100, 300))

    near, far = (int((crop_line(ink, layout, index).ink > 0.5).sum()) for index in (0, 1))

    assert (near, far) == (4 * 240 + 3 * 10, 4 * 240)


@pytest.mark.parametrize(("x1", "left"), [(20, 8), (5, 0)])
def test_a_crop_begins_with_a_margin_but_within_the_page(x1: int, left: int) -> None:
    labels = page((x1, 20, 280, 40), shape=(100, 300))
    ink = np.zeros((100, 300), np.float32)
    ink[25:35, 30] = 1
    layout = find_lines(labels, 1.0, (100, 300))
    assert crop_left(layout, 0) == left
    assert np.flatnonzero((crop_line(ink, layout, 0).ink > 0.5).any(axis=0)).tolist() == [30 - left]
