"""How far confidences are from how often what they stand for is right; numpy only."""

from collections.abc import Hashable, Sequence

import numpy as np

from text_recognizer.arrays import Reals

BINS = 10  # with equal numbers of samples: 200 lines still put 20 into each


def matched(prediction: Sequence[Hashable], reference: Sequence[Hashable]) -> list[bool]:
    """Tell which items of a prediction stay as they are when it is edited into its reference.

    Edit distance by dynamic programming (Wagner & Fischer 1974), then one of the shortest paths back.
    """
    rows, columns = len(prediction), len(reference)
    cost = np.zeros((rows + 1, columns + 1), np.int64)  # [i, j]: edits between the first i and first j items
    cost[:, 0], cost[0] = np.arange(rows + 1), np.arange(columns + 1)
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            change = cost[i - 1, j - 1] + (prediction[i - 1] != reference[j - 1])
            cost[i, j] = min(change, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    right, i, j = [False] * rows, rows, columns
    while i and j:
        change = int(prediction[i - 1] != reference[j - 1])
        if cost[i, j] == cost[i - 1, j - 1] + change:
            i, j = i - 1, j - 1
            right[i] = not change
        elif cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return right


def expected_calibration_error(confidences: Reals, right: Reals) -> float:
    """Return the mean distance of (N,) confidences from accuracy, (N,), over `BINS` bins of equal numbers.

    Guo et al., "On calibration of modern neural networks", ICML 2017 (arXiv 1706.04599), equation 3.
    """
    order = np.argsort(confidences, kind="stable")
    parts = np.array_split(order, BINS)
    gaps = [abs(float(confidences[p].sum() - right[p].sum())) for p in parts]
    return sum(gaps) / max(1, len(order))
