"""How well lines are found: pixel accuracy and IoU of label maps, F1 of boxes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.types import Region

Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[np.uint8]


def confusion_matrix(expected: Labels, predicted: Labels, classes: int) -> Ints:
    """Return (classes, classes): pixels of class i (row) that were labelled j (column).

    Args:
        expected: Label map of any shape with values 0 to classes - 1.
        predicted: Label map of the same shape.
        classes: Number of labels.
    """
    pairs = expected.astype(np.int64).ravel() * classes + predicted.ravel()
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def pixel_accuracy(confusion: Ints) -> float:
    """Return the share of pixels with the right label, 0-1; 0 without pixels."""
    return float(np.trace(confusion) / max(confusion.sum(), 1))


def mean_iou(confusion: Ints) -> float:
    """Return IoU averaged over the classes that occur (Long et al. 2015, section 5); 0 without pixels."""
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

    For thresholds of 0.5 and more of boxes that do not overlap much this is the best matching.

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
