"""Whether a line that was found and read is text at all, from its ink, its size and what was read of it.

The detector also finds lines in drawings, stains and photographs, and the line network makes a few letters of
anything. But what it reads there is unsure, or has too few letters for its width or too many for its strokes,
or strokes that no pen writes at that size. A logistic regression joins these signs.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import Indices, InkMap
from text_recognizer.images import twin
from text_recognizer.predictions.types import LinePrediction

SURE_TEXT_PROBABILITY = 0.85  # a page that has such a line has text; pictures without text reach 0.83
MIN_TEXT_PROBABILITY = 0.1  # of other lines of that page
MIN_LONE_PROBABILITY = 0.72  # of lines of a page that has none: few of what is made of photographs reach it
MIN_AGREED_PROBABILITY = 0.35  # of those of a page where most of what was found may be text: lone words
MIN_ENTRY_PROBABILITY = 0.14  # of one or two characters where hardly more was found; in drawings 0.13
_MIN_MEAN_PROBABILITY = 0.3  # of all that was found there; in pictures without text most of it is surely none

_MIN_ENTRIES_SHARE = 0.75  # of all that was found there: a page of digits, or with nothing but a number
_MAX_ENTRY_CHARACTERS = 2
_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise
_UNSURE = 0.005  # confidences nearer to 0 or 1 than that say no more
# Within these bounds a sign says nothing. Beyond them, it counts by the logarithm of how far it is beyond.
_STROKE_HEIGHTS = (0.03, 0.6)  # thickness of strokes in heights of the line's ink
_LETTERS_PER_HEIGHT = (1.0, 6.0)  # along the line
_MIN_CROSSINGS = 0.8  # for each letter; nearly all writing has more than one, the rest of a rule nearly none
_MIN_HEIGHT_PX = 10.0  # lower letters cannot be told apart

# Fitted to lines of IAM validation and of pages of other hands, drawn words, and what was read in drawn
# pictures of shapes, curves, stains, noise and scenery; half way from what was fitted to other weights of the
# line network, so that they do not hang on these few pictures.
_BIAS = -2.0
_CONFIDENCE_WEIGHT = 0.7  # of its log odds
_LETTERS_WEIGHT = 1.4  # of the logarithm of their number
_STROKE_WEIGHTS = (-3.4, -10.0)  # too thin, too thick
_SPACING_WEIGHTS = (-3.3, -3.1)  # too few letters, too many
_HEIGHT_WEIGHT = -4.0
_CROSSINGS_WEIGHT = -3.4


class Strokes(NamedTuple):
    """The strokes of a line.

    ```python
    import numpy as np
    from text_recognizer.kinds.textness import strokes_of

    ink = np.zeros((40, 120), np.float32)
    ink[:, 10::20], ink[:, 12::20] = 1, 1  # upright strokes
    print(strokes_of(ink).crossings)
    ```

    Attributes:
        thickness: Mean thickness, in heights of the ink; 0 without ink.
        crossings: How many are met along one row, the row with most of them.
    """

    thickness: float
    crossings: int


def are_text(probabilities: Sequence[float], texts: Sequence[str]) -> list[bool]:
    """Tell which lines of a page are text.

    Beside a line that surely is text, a doubtful one is, too. Where there is none, a line must be more
    probable itself, but less so if what else was found agrees: a sheet with one word or a few has nothing
    else, while drawings, stains and photographs have many lines that are none. Of single characters none is
    probable, however surely it was read; they need others, or nothing beside them.

    Args:
        probabilities: Of each line, see `text_probability`.
        texts: What was read of each.
    """
    count = len(probabilities)
    entries = [
        len(text) <= _MAX_ENTRY_CHARACTERS and probability >= MIN_ENTRY_PROBABILITY
        for probability, text in zip(probabilities, texts, strict=True)
    ]
    of_entries = sum(entries) >= _MIN_ENTRIES_SHARE * count
    if max(probabilities, default=0.0) >= SURE_TEXT_PROBABILITY:
        least = MIN_TEXT_PROBABILITY
    elif sum(probabilities) >= _MIN_MEAN_PROBABILITY * count:
        least = MIN_AGREED_PROBABILITY
    else:
        least = MIN_LONE_PROBABILITY
    return [
        probability >= least or (of_entries and entry)
        for probability, entry in zip(probabilities, entries, strict=True)
    ]


def strokes_of(ink: InkMap) -> Strokes:
    """Return what the ink (H, W) of a line says of its strokes."""
    along, down, area = twin.strokes(ink, _MIN_INK) if twin.is_installed() else _strokes(ink)
    rows = np.flatnonzero(along)
    if not rows.size:
        return Strokes(0.0, 0)
    thickness = 2 * area / (int(along.sum()) + down) / (rows[-1] - rows[0] + 1)
    return Strokes(float(thickness), int(along.max()))


def _strokes(ink: InkMap) -> tuple[Indices, int, int]:
    """Return how many strokes each row of (H, W) crosses, (H,), how many all columns do, and inked pixels."""
    padded = np.pad(ink > np.float32(_MIN_INK), 1)
    along = np.count_nonzero(padded[1:-1, 1:] > padded[1:-1, :-1], axis=1)
    return along, int(np.count_nonzero(padded[1:] > padded[:-1])), int(np.count_nonzero(padded))


def text_probability(line: LinePrediction, width: float, height: float, strokes: Strokes) -> float:
    """Return the probability that a line is text, 0-1.

    ```python
    from text_recognizer import LinePrediction
    from text_recognizer.kinds.textness import Strokes, text_probability

    print(text_probability(LinePrediction("a line of text", 0.9), 300, 40, Strokes(0.08, 18)))
    print(text_probability(LinePrediction("a", 0.6), 300, 250, Strokes(0.7, 1)))
    ```

    Args:
        line: What was read.
        width: Of the line, in pixels of the page.
        height: Of the line, without its slope.
        strokes: See `strokes_of`.
    """
    letters = len(line.text.replace(" ", ""))
    if not letters:
        return 0.0
    confidence = min(max(line.confidence, _UNSURE), 1 - _UNSURE)
    few, many = _beyond(len(line.text) * height / max(1.0, width), _LETTERS_PER_HEIGHT)
    thin, thick = _beyond(strokes.thickness, _STROKE_HEIGHTS)
    few_strokes = max(0.0, math.log(_MIN_CROSSINGS * letters / max(1, strokes.crossings)))
    low = max(0.0, math.log(_MIN_HEIGHT_PX / max(1.0, height)))
    odds = (
        _BIAS
        + _CONFIDENCE_WEIGHT * math.log(confidence / (1 - confidence))
        + _LETTERS_WEIGHT * math.log(letters)
        + _STROKE_WEIGHTS[0] * thin
        + _STROKE_WEIGHTS[1] * thick
        + _SPACING_WEIGHTS[0] * few
        + _SPACING_WEIGHTS[1] * many
        + _HEIGHT_WEIGHT * low
        + _CROSSINGS_WEIGHT * few_strokes
    )
    return 1 / (1 + math.exp(-odds))


def _beyond(value: float, bounds: tuple[float, float]) -> tuple[float, float]:
    """Return the logarithms of how far a value lies below the lower bound and above the upper one."""
    value = max(value, 1e-3)
    return max(0.0, math.log(bounds[0] / value)), max(0.0, math.log(value / bounds[1]))
