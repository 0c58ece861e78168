"""Ink of no line is unknown."""

import numpy as np

from text_recognizer.datasets.pages.unlabelled import mark_unlabelled
from text_recognizer.layout.kernels import UNKNOWN


def test_print_beside_a_line_is_unknown_and_its_descenders_are_not() -> None:
    labels, ink = np.zeros((80, 200), np.uint8), np.zeros((80, 200), np.uint8)
    labels[10:30, 20:120] = 1
    ink[12:28, 20:120:4] = 200
    ink[20:42, 60] = 200  # reaches out of the line
    ink[60:66, 20:100:3] = 200  # print below it
    ink[5, 180] = 40  # noise

    marked = mark_unlabelled(labels, ink)

    assert (marked[labels > 0] == labels[labels > 0]).all()
    assert (marked[60:66, 20:98] == UNKNOWN).all(), "also between its letters"
    assert marked[38, 60] == 0
    assert marked[5, 180] == 0
    assert marked[75, 150] == 0


def test_a_page_without_other_ink_stays_as_it_is() -> None:
    labels = np.zeros((40, 60), np.uint8)
    labels[10:20, 5:50] = 2
    np.testing.assert_array_equal(mark_unlabelled(labels, np.where(labels, 255, 0).astype(np.uint8)), labels)
