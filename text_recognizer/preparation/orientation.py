"""Which way up a page is, from how surely the line network reads some of its lines."""

from collections.abc import Sequence

import numpy as np

from text_recognizer.arrays import InkMap, Logits
from text_recognizer.decoding.greedy import letter_logarithms
from text_recognizer.decoding.probabilities import log_softmax
from text_recognizer.layout.lines import PageLayout
from text_recognizer.preparation.skew import MIN_UPRIGHT_GAIN

SAMPLES = 2  # lines that are read to find it out: the largest ones
SURE_CONFIDENCE = 0.84  # of a page that is read as it is: ten pages had 0.92 to 1, upside down 0 to 0.58
SIDEWAYS_CONFIDENCE = 0.6  # below it, a page may also lie on its side
_MIN_GAIN = 0.08  # of legibility, from which on a page is turned
_MIN_LABELS = 10  # fewer characters say nothing
_MIN_LEGIBILITY = -0.45  # of a page that is turned: if it is not legible then, nothing tells how it lies
_ILLEGIBLE = -9.0  # below any mean of logarithms that a network gives to its best labels


def legibility(logits: Sequence[Logits]) -> float:
    """Return the mean logarithm of the best label's probability, over the frames in which it is no blank.

    Upright lines of 15 unlike pages, modern and of the 19th century, had -0.07 to -0.58, the same lines
    upside down 0.06 to 0.8 less.

    Args:
        logits: (T, C) of each sampled line.

    Returns:
        At most 0; -9 if there are hardly any characters.
    """
    best = [letter_logarithms(log_softmax(np.asarray(line, np.float64))) for line in logits]
    values = np.concatenate(best) if best else np.zeros(0)
    return float(values.mean()) if len(values) >= _MIN_LABELS else _ILLEGIBLE


def may_lie_sideways(confidence: float, upright_gain: float) -> bool:
    """Tell whether it is worth looking whether the lines of a page run from top to bottom or back.

    Of a page that is hardly legible it always is: rules, frames and slanted strokes make the shape of its ink
    a poor guide.

    Args:
        confidence: Of the page as it was read, see `PagePrediction`.
        upright_gain: How much sharper its ink is divided into columns than into rows, see `skew.Direction`.
    """
    return confidence < SIDEWAYS_CONFIDENCE or upright_gain > MIN_UPRIGHT_GAIN


def sampled_lines(layout: PageLayout) -> list[int]:
    """Return the indices of the lines that tell most about the orientation of their page: the largest.

    Longer ones of small print may lie otherwise, on a form that was written on upside down.
    """
    sizes = [line.region.width * line.height for line in layout.lines]
    return sorted(range(len(sizes)), key=lambda index: -sizes[index])[:SAMPLES]


def turned(ink: InkMap, quarters: int) -> InkMap:
    """Return the ink map (H, W) of a page turned clockwise by quarter turns; the pixels are not copied."""
    return np.rot90(ink, -quarters)


def upside_down(lines: Sequence[InkMap]) -> list[InkMap]:
    """Return lines (h, w) turned by 180 degrees."""
    return [np.ascontiguousarray(line[::-1, ::-1]) for line in lines]


def best_turn(scores: dict[int, float], confidence: float) -> int:
    """Return by how many quarter turns, clockwise, a page becomes legible.

    Args:
        scores: Legibility by number of quarter turns; has 0.
        confidence: Of the page as it was read; of a few characters, a column of digits for example, it tells
            more than their legibility.

    Returns:
        0 unless the page is legible in another orientation, and clearly more so.
    """
    if scores[0] == _ILLEGIBLE and confidence >= SIDEWAYS_CONFIDENCE:
        return 0
    best = max(scores, key=lambda turn: scores[turn])
    return best if scores[best] > max(scores[0] + _MIN_GAIN, _MIN_LEGIBILITY) else 0
