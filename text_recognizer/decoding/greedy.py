"""Best-path decoding of CTC outputs.

A. Graves et al., "Connectionist temporal classification", ICML 2006: best path decoding
(section 3.2) and the forward variables (equations 5-8).
"""

import math

import numpy as np

from text_recognizer.arrays import Logits, LogProbabilities, Probabilities, Reals
from text_recognizer.decoding import twin
from text_recognizer.decoding.probabilities import softmax
from text_recognizer.vocabulary import BLANK

_RESCALING_FRAMES = 4  # frames between two rescalings: products of 4 probabilities of 1e-70 do not underflow


def best_path(logits: Logits) -> list[int]:
    """Return the labels of the most probable path: repeats collapsed, then blanks dropped.

    Args:
        logits: (T, C), label 0 is the blank; any T >= 0.
    """
    if len(logits) == 0:
        return []
    path = logits.argmax(axis=1)  # (T,)
    changes = np.concatenate(([True], path[1:] != path[:-1]))
    return [int(label) for label in path[changes] if label != BLANK]


def letter_logarithms(log_probabilities: LogProbabilities) -> Reals:
    """Return the logarithms of the best labels' probabilities in K frames, where they are no blanks, (K,).

    Args:
        log_probabilities: (T, C), label 0 is the blank.
    """
    return np.asarray(log_probabilities.max(axis=1)[log_probabilities.argmax(axis=1) != BLANK])


def log_probability(logits: Logits, labels: list[int]) -> float:
    """Return ln P(labels | logits), summed over every path that collapses to `labels`.

    Args:
        logits: (T, C), label 0 is the blank.
        labels: Without blanks; may be empty.

    Returns:
        A value <= 0; -inf if T frames cannot hold the labels.
    """
    return log_probability_of(softmax(logits), labels)


def log_probability_of(frames: Probabilities, labels: list[int]) -> float:
    """Do what `log_probability` does for the probabilities (T, C) of the labels at each frame."""
    if len(frames) == 0:
        return 0.0 if not labels else -np.inf
    states = np.full(2 * len(labels) + 1, BLANK)  # (S,): blanks around every label
    states[1::2] = labels
    skips = np.zeros(len(states))  # 1 where a path may skip the state before
    skips[2:] = (states[2:] != BLANK) & (states[2:] != states[:-2])
    probabilities = frames[:, states]  # (T, S)
    total, exponent = (
        twin.path_sum(probabilities, skips) if twin.is_installed() else _path_sum(probabilities, skips)
    )
    return min(0.0, math.log(total) + exponent * math.log(2.0)) if total > 0 else -np.inf


def _path_sum(probabilities: Probabilities, skips: Reals) -> tuple[float, int]:
    """Return the sum over all paths from the first two states to the last two, and the exponent of 2 it has.

    Args:
        probabilities: (T, S) of the states.
        skips: (S,) 1 where a path may skip the state before.
    """
    forward = np.zeros(len(skips) + 2)  # two zeros in front: the states before the first
    two_before, one_before, here = forward[:-2], forward[1:-1], forward[2:]
    here[:2] = probabilities[0, :2]
    reached, exponent = np.empty(len(skips)), 0
    for t, frame in enumerate(probabilities[1:], 1):
        if t % _RESCALING_FRAMES == 0:
            # Keeps long products from underflow; powers of two round nothing.
            most = forward.max()
            if most == 0:
                return 0.0, 0
            scale = int(np.frexp(most)[1])
            exponent += scale
            np.ldexp(forward, -scale, out=forward)
            # A path moves two states a frame at most, so states farther behind cannot reach the end any more.
            forward[: max(2, len(forward) - 2 * (len(probabilities) - t + 1))] = 0
        np.multiply(skips, two_before, out=reached)
        reached += one_before
        reached += here
        np.multiply(reached, frame, out=here)
    return float(forward[2:][-2:].sum()), exponent  # the last label or the blank behind it
