"""Logits -> probabilities; the only softmax of the serving half."""

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Reals


def log_softmax(logits: npt.NDArray[np.floating]) -> Reals:
    """Return the logarithms of the probabilities of each row, (..., C), in double precision.

    Args:
        logits: (..., C), not normalized.
    """
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def softmax(logits: npt.NDArray[np.floating], floor: float | None = None) -> Reals:
    """Return the probabilities of each row, (..., C), in double precision; rows sum to 1.

    Args:
        logits: (..., C), not normalized.
        floor: Logits are clamped at this far below the highest of their row (a negative number), so that no
            probability is 0; None leaves them as they are.
    """
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    if floor is not None:
        shifted = np.maximum(shifted, floor)
    exponentials = np.exp(shifted)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))
