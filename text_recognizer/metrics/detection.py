"""How well lines are found: pixel accuracy and IoU of label maps, F1 of boxes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Indices, LabelMap
from text_recognizer.geometry import Region


def confusion_matrix(expected: LabelMap, predicted: LabelMap, classes: int) -> Indices:
    """Return (classes, classes): pixels of class i (row) that were labelled j (column).

    Args:
        expected: (H, W) with values 0 to classes - 1.
        predicted: (H, W) with the same values.
        classes: Number of labels.
    """
    # Each pair of labels as one number: counting numbers is one call.
    pairs = expected.astype(np.int64).ravel() * classes + predicted.ravel()
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def pixel_accuracy(confusion: Indices) -> float:
    """Return the share of pixels with the right label, 0-1; 0 without pixels.

    Args:
        confusion: (classes, classes) from `confusion_matrix`.
    """
    return float(np.trace(confusion) / max(confusion.sum(), 1))


def mean_iou(confusion: Indices) -> float:
    """Return IoU averaged over the classes that occur (Long et al. 2015, section 5); 0 without pixels.

    Args:
        confusion: (classes, classes) from `confusion_matrix`.
    """
    intersection = np.diag(confusion)
    union = confusion.sum(axis=0) + confusion.sum(axis=1) - intersection
    occurs = union > 0
    return float(np.mean(intersection[occurs] / union[occurs])) if occurs.any() else 0.0


def box_iou(first: Region, second: Region) -> float:
    """Return the intersection over union of two boxes, 0-1."""
    width = min(first.x2, second.x2) - max(first.x1, second.x1)
    height = min(first.y2, second.y2) - max(first.y1, second.y1)
    if width <= 0 or height <= 0:
        return 0.0
    intersection = width * height
    return intersection / (first.width * first.height + second.width * second.height - intersection)


@dataclass(frozen=True)
class Matches:
    """Counts of a one-to-one matching of boxes; `+` sums over pages.

    ```python
    from text_recognizer import Region
    from text_recognizer.metrics.detection import match_regions

    expected = [Region(0, 0, 100, 20), Region(0, 30, 100, 50)]
    found = [Region(2, 1, 100, 21)]
    page = match_regions(expected, found, threshold=0.5)
    print(page, (page + page).f1)  # F1 2 * 1 / (2 + 1)
    ```

    Attributes:
        matched: Pairs of an expected and a found box.
        expected: Expected boxes.
        found: Found boxes.
    """

    matched: int = 0
    expected: int = 0
    found: int = 0

    def __add__(self, other: "Matches") -> "Matches":
        """Return the sums of the counts."""
        return Matches(self.matched + other.matched, self.expected + other.expected, self.found + other.found)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0-1; 1 if nothing was expected and nothing found."""
        total = self.expected + self.found
        return 2 * self.matched / total if total else 1.0


def match_regions(expected: Sequence[Region], found: Sequence[Region], threshold: float) -> Matches:
    """Match boxes one to one, the best pairs first.

    With thresholds from 0.5 on, and boxes that hardly overlap each other, no matching has more pairs.

    Args:
        expected: True boxes.
        found: Predicted boxes.
        threshold: Least intersection over union of a pair, above 0.
    """
    pairs = sorted(
        ((box_iou(a, b), i, j) for i, a in enumerate(expected) for j, b in enumerate(found)), reverse=True
    )
    free_expected, free_found = set(range(len(expected))), set(range(len(found)))
    for iou, i, j in pairs:
        if iou >= threshold and i in free_expected and j in free_found:
            free_expected.remove(i)
            free_found.remove(j)
    return Matches(len(expected) - len(free_expected), len(expected), len(found))
