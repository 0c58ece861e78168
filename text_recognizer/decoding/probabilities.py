"""Logits -> probabilities; the only softmax of the serving half."""

import numpy as np

from text_recognizer.arrays import BatchLogits, Logits, LogProbabilities, Probabilities, Reals


def log_softmax(logits: Logits | BatchLogits) -> Reals:
    """Return the logarithms of the probabilities of each row, (..., C), in double precision.

    Args:
        logits: (..., C), not normalized; there may be no row.
    """
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)  # exp(large) would overflow
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def probabilities_and_logarithms(logits: Logits) -> tuple[Probabilities, LogProbabilities]:
    """Return what `softmax` and `log_softmax` do for logits (T, C), (T, C) each, in half of their time."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / sums, shifted - np.log(sums)


def softmax(logits: Logits | BatchLogits, floor: float | None = None) -> Reals:
    """Return the probabilities of each row, (..., C), in double precision; rows sum to 1.

    Args:
        logits: (..., C), not normalized; there may be no row.
        floor: A negative number: logits are clamped at this far below the highest of their row, so that no
            probability is 0. None leaves them as they are.
    """
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    if floor is not None:
        shifted = np.maximum(shifted, floor)
    exponentials = np.exp(shifted)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))
