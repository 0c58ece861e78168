"""Best-path decoding of CTC outputs.

A. Graves et al., "Connectionist temporal classification", ICML 2006: best path decoding
(section 3.2) and the forward variables (equations 5-8).
"""

import numpy as np
import numpy.typing as npt

from text_recognizer.vocabulary import BLANK, Vocabulary

Array = npt.NDArray[np.floating]

_RESCALED = 4  # frames between two rescalings, over which even probabilities of 1e-70 do not underflow


def decode_greedy(logits: Array, vocabulary: Vocabulary) -> tuple[str, float]:
    """Return the text of the most probable path and a confidence.

    The confidence is P(text | image) ** (1 / characters): the total probability of all
    paths that spell the text, as a geometric mean per character, so that long and short
    lines compare.

    Args:
        logits: (T, len(vocabulary)) unnormalized scores, any T >= 0.
        vocabulary: Meaning of the labels.

    Returns:
        The text, possibly empty, and the confidence in [0, 1]; 1 for no frames at all.
    """
    labels = best_path(logits)
    confidence = np.exp(log_probability(logits, labels) / max(1, len(labels)))
    return vocabulary.decode(labels), float(confidence)


def best_path(logits: Array) -> list[int]:
    """Return the labels of the most probable path: repeats collapsed, then blanks dropped.

    Args:
        logits: (T, C), label 0 is the blank.
    """
    if len(logits) == 0:
        return []
    path = logits.argmax(axis=1)  # (T,)
    changes = np.concatenate(([True], path[1:] != path[:-1]))
    return [int(label) for label in path[changes] if label != BLANK]


def log_probability(logits: Array, labels: list[int]) -> float:
    """Return ln P(labels | logits), summed over every path that collapses to `labels`.

    Args:
        logits: (T, C), label 0 is the blank.
        labels: Without blanks; may be empty.

    Returns:
        A value <= 0; -inf if T frames cannot hold the labels.
    """
    if len(logits) == 0:
        return 0.0 if not labels else -np.inf
    states = np.full(2 * len(labels) + 1, BLANK)  # (S,): blanks around every label
    states[1::2] = labels
    skips = np.zeros(len(states))  # 1 where a path may come from two states before
    skips[2:] = (states[2:] != BLANK) & (states[2:] != states[:-2])
    probabilities = _softmax(logits)[:, states]  # (T, S)
    forward = np.zeros(len(states) + 2)  # two zeros in front: the states before the first
    two_before, one_before, here = forward[:-2], forward[1:-1], forward[2:]
    here[:2] = probabilities[0, :2]
    reached, total = np.empty(len(states)), 0.0
    for t, frame in enumerate(probabilities[1:], 1):
        if t % _RESCALED == 0:
            # Keeps long products from underflow; the logarithms of the scales add up to the result.
            scale = forward.sum()
            if scale == 0:
                return -np.inf
            total += float(np.log(scale))
            forward /= scale
            # Two states a frame: what is farther behind cannot reach the end any more.
            forward[: max(2, len(forward) - 2 * (len(probabilities) - t + 1))] = 0
        np.multiply(skips, two_before, out=reached)
        reached += one_before
        reached += here
        np.multiply(reached, frame, out=here)
    end = forward[2:][-2:].sum()  # the last label or the blank behind it
    return min(0.0, total + float(np.log(end))) if end > 0 else -np.inf


def _softmax(logits: Array) -> npt.NDArray[np.float64]:
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
