"""Where in the image the characters of a line stand: the most probable path of its text (Viterbi).

A. J. Viterbi, "Error bounds for convolutional codes ..." (IEEE Trans. Inf. Theory 13, 1967), on the states of
Graves et al. 2006 (CTC): a blank before, between and behind the labels.
"""

from collections.abc import Sequence

import numpy as np

from text_recognizer.arrays import FrameSpans, Indices, LogProbabilities, Reals
from text_recognizer.decoding import twin
from text_recognizer.errors import InvalidInputError
from text_recognizer.vocabulary import BLANK


def align(log_probabilities: LogProbabilities, labels: Sequence[int]) -> FrameSpans:
    """Return the frames of each label on the most probable path, (L, 2): the first, and the one behind.

    Args:
        log_probabilities: (T, C) logarithms, label 0 is the blank.
        labels: L labels without blanks; what the decoders return always fits.

    Raises:
        InvalidInputError: If T frames cannot hold the labels.
    """
    if not labels:
        return np.zeros((0, 2), np.int64)
    states = np.full(2 * len(labels) + 1, BLANK)  # (S,)
    states[1::2] = labels
    repeats = sum(a == b for a, b in zip(labels, labels[1:], strict=False))
    if len(log_probabilities) < len(labels) + repeats:
        raise InvalidInputError(
            f"Expected at least {len(labels) + repeats} frames for {len(labels)} labels; received "
            f"{len(log_probabilities)}. Align the text that was decoded from them."
        )
    scores = log_probabilities[:, states].astype(np.float64)
    barred = np.zeros(len(states))  # -inf where a path may not skip the state before
    barred[2:][(states[2:] == BLANK) | (states[2:] == states[:-2])] = -np.inf
    path = twin.best_states(scores, barred) if twin.is_installed() else _best_states(scores, barred)
    frames = np.arange(len(path))
    spans = np.zeros((len(labels), 2), np.int64)
    is_label = path % 2 == 1  # odd states are labels, even ones blanks
    # Assigned backwards, so that of a label's frames the first one is written last and stays.
    spans[path[is_label][::-1] // 2, 0] = frames[is_label][::-1]
    spans[path[is_label] // 2, 1] = frames[is_label] + 1
    return spans


def _best_states(scores: Reals, barred: Reals) -> Indices:
    """Return the state of each frame, (T,), on the best path from the first two states to the last two.

    Args:
        scores: (T, S) logarithms of the probabilities of the states.
        barred: (S,) -inf where a path may not skip the state before.
    """
    best = np.full((len(scores), len(barred) + 2), -np.inf)  # (T, 2 + S): two states in front of the first
    best[0, 2:4] = scores[0, :2]
    # Buffers are reused: this loop runs for every frame of every line.
    skipped = np.empty(len(barred))
    for before, now, frame in zip(best, best[1:, 2:], scores[1:], strict=False):
        np.add(before[:-2], barred, out=skipped)
        np.maximum(before[2:], before[1:-1], out=now)
        np.maximum(now, skipped, out=now)
        now += frame
    return _traced_back(best, barred)


def _traced_back(best: Reals, barred: Reals) -> Indices:
    """Return the states (T,) of the path that led to the best end.

    Args:
        best: (T, 2 + S) scores of the best paths to each state, two columns of -inf in front.
        barred: (S,) -inf where a path may not skip the state before.
    """
    # A path ends in the last label or in the blank behind it.
    state = len(barred) - 1 - int(best[-1, -2] > best[-1, -1])
    path = np.empty(len(best), np.int64)
    path[-1] = state
    for t in range(len(best) - 2, -1, -1):
        two, one, stay = best[t, state : state + 3].tolist()  # where the path can have been a frame earlier
        if two + barred[state] > max(one, stay):
            state -= 2
        elif one > stay:
            state -= 1
        path[t] = state
    return path


def boundaries(spans: FrameSpans, frames: int) -> Reals:
    """Return where each character begins and ends, in frames, (L, 2): halfway between neighbours.

    CTC emits a character in a frame or two, wherever the network is sure; the blanks between two characters
    belong half to each. The first and the last one reach as far out from their centres as they reach inwards.

    Args:
        spans: (L, 2) from `align`.
        frames: T.
    """
    if not len(spans):
        return np.zeros((0, 2))
    middles = (spans[:-1, 1] + spans[1:, 0]) / 2  # (L - 1,)
    centre = spans.mean(axis=1)
    first = 2 * centre[0] - middles[0] if len(middles) else spans[0, 0]
    last = 2 * centre[-1] - middles[-1] if len(middles) else spans[-1, 1]
    starts = np.concatenate([[max(0.0, min(first, spans[0, 0]))], middles])
    ends = np.concatenate([middles, [min(float(frames), max(last, spans[-1, 1]))]])
    return np.stack([starts, ends], axis=1)
