"""CTC as the reference of words computes it, without protection against texts that have no path.

PyTorch's loss is infinite for a text that needs more frames than there are, and its gradient no number; the
reference sets gradients that are no number to 0. Formulas of Graves et al., ICML 2006, sections 4.1 and 4.2,
in logarithms.
"""

from collections.abc import Sequence

import numpy as np

from text_recognizer.arrays import Indices, Labels, Logits, LogProbabilities, Reals
from text_recognizer.decoding.probabilities import log_softmax


def loss_and_gradient(logits: Logits, labels: Labels) -> tuple[float, Reals]:
    """Return the negative log likelihood of `labels` (L,) and its gradient to the logits, (T, C)."""
    logs = log_softmax(logits)
    extended = np.zeros(2 * len(labels) + 1, np.int64)
    extended[1::2] = labels
    with np.errstate(invalid="ignore", divide="ignore"):
        forward = _sums(logs, extended)
        backward = _sums(logs[::-1], extended[::-1])[::-1, ::-1]
        loss = -np.logaddexp(forward[-1, -1], forward[-1, -2])
        by_label = np.full_like(logs, -np.inf)
        for state, label in enumerate(extended):
            paths = forward[:, state] + backward[:, state]
            by_label[:, label] = np.logaddexp(by_label[:, label], paths)
        return float(loss), np.exp(logs) - np.exp(by_label + loss - logs)


def _sums(logs: LogProbabilities, extended: Indices) -> Reals:
    """Return the log probability of all beginnings that end in each state, (T, 2 L + 1)."""
    sums = np.full((len(logs), len(extended)), -np.inf)
    sums[0, :2] = logs[0, extended[:2]]
    skips = np.zeros(len(extended), bool)
    skips[2:] = (extended[2:] != 0) & (extended[2:] != extended[:-2])
    for t in range(1, len(logs)):
        before = sums[t - 1]
        one = np.concatenate(([-np.inf], before[:-1]))
        two = np.where(skips, np.concatenate(([-np.inf] * 2, before[:-2])), -np.inf)
        sums[t] = np.logaddexp.reduce((before, one, two)) + logs[t, extended]
    return sums


def train(
    features: Sequence[Reals], labels: Sequence[Labels], steps: int, classes: int
) -> tuple[Reals, list[float]]:
    """Train one linear layer from frames to labels on all words at once, as the reference does.

    Args:
        features: (T, F) of each word.
        labels: (L,) of each word.
        steps: Steps of gradient descent.
        classes: Labels, the blank included.

    Returns:
        The layer (F, classes) and the mean loss before each step.
    """
    layer = np.zeros((features[0].shape[1], classes))
    losses = []
    for _ in range(steps):
        results = [loss_and_gradient(x @ layer, y) for x, y in zip(features, labels, strict=True)]
        losses.append(float(np.mean([loss for loss, _ in results])))
        gradient = sum(x.T @ g for x, (_, g) in zip(features, results, strict=True))
        layer = layer - 0.05 * np.nan_to_num(np.asarray(gradient), nan=0.0)  # the reference's hook
    return layer, losses
