"""Pixel and box measures on cases that can be counted by hand."""

import numpy as np
import pytest

from text_recognizer.geometry import Region
from text_recognizer.metrics.detection import (
    Matches,
    box_iou,
    confusion_matrix,
    match_regions,
    mean_iou,
    pixel_accuracy,
)


def test_confusion_accuracy_and_iou_by_hand() -> None:
    expected = np.array([[0, 0, 1], [1, 2, 2]], np.uint8)
    predicted = np.array([[0, 1, 1], [1, 2, 0]], np.uint8)

    confusion = confusion_matrix(expected, predicted, 3)

    assert confusion.tolist() == [[1, 1, 0], [0, 2, 0], [1, 0, 1]]
    assert pixel_accuracy(confusion) == pytest.approx(4 / 6)
    assert mean_iou(confusion) == pytest.approx((1 / 3 + 2 / 3 + 1 / 2) / 3)


def test_classes_that_do_not_occur_do_not_count() -> None:
    labels = np.zeros((4, 4), np.uint8)

    assert mean_iou(confusion_matrix(labels, labels, 3)) == 1.0
    assert mean_iou(np.zeros((3, 3), np.int64)) == 0.0


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (Region(0, 0, 10, 10), 1.0),
        (Region(5, 0, 15, 10), 50 / 150),
        (Region(2, 2, 4, 4), 4 / 100),
        (Region(10, 0, 20, 10), 0.0),  # they share an edge only
        (Region(30, 30, 40, 40), 0.0),
    ],
)
def test_box_iou(second: Region, expected: float) -> None:
    assert box_iou(Region(0, 0, 10, 10), second) == pytest.approx(expected)
    assert box_iou(second, Region(0, 0, 10, 10)) == pytest.approx(expected)


def test_every_box_is_matched_once() -> None:
    box = Region(0, 0, 100, 20)

    doubled = match_regions([box], [box, Region(0, 1, 100, 20)], 0.5)

    assert (doubled.matched, doubled.expected, doubled.found) == (1, 1, 2)
    assert doubled.f1 == pytest.approx(2 / 3)


def test_the_best_pairs_are_matched_first() -> None:
    expected = [Region(0, 0, 100, 20), Region(0, 8, 100, 28)]
    found = [Region(0, 7, 100, 27), Region(0, 1, 100, 21)]

    assert match_regions(expected, found, 0.75).matched == 2


def test_threshold_decides() -> None:
    expected, found = [Region(0, 0, 100, 20)], [Region(0, 0, 100, 30)]  # IoU 2/3

    assert match_regions(expected, found, 0.5).f1 == 1.0
    assert match_regions(expected, found, 0.75).f1 == 0.0


def test_pages_add_up_and_empty_pages_are_right() -> None:
    assert Matches().f1 == 1.0
    assert match_regions([], [Region(0, 0, 9, 9)], 0.5).f1 == 0.0
    assert (Matches(1, 2, 3) + Matches(4, 5, 6)) == Matches(5, 7, 9)
