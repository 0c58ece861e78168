"""Finds transcripts that cannot belong to the strokes of their lines: too little ink, or too much."""

from collections.abc import Mapping, Sequence

import numpy as np

from text_recognizer.arrays import Indices, PenPoints, Reals
from text_recognizer.datasets.iam_online.stroke_geometry import split_points
from text_recognizer.datasets.iam_online.texts import OnlineLine
from text_recognizer.vocabulary import Vocabulary

# Limits of the logarithm of actual to expected ink, times the root of the number of characters.
_TOO_LITTLE = -1.8  # words or parts of letters are missing: in a third of the lines at this limit
_TOO_MUCH = 3.0  # further from 0, because first lines are often written larger
_RIDGE = 2.0  # pulls the estimates of rare characters towards the mean


def implausible_lines(
    lines: Sequence[OnlineLine], points: Mapping[str, PenPoints], vocabulary: Vocabulary
) -> list[str]:
    """Return the ids of lines whose ink does not fit their text.

    The ink of a line is the length of its strokes. How much each character takes is estimated over all lines
    (ridge regression), relative to the size of the writing: the median ink per character of the line's form.

    Args:
        lines: Lines whose texts are within the vocabulary.
        points: Points by line id.
        vocabulary: Of the texts.
    """
    if not lines:
        return []
    counts = _character_counts(lines, vocabulary)
    number = counts.sum(axis=1)
    forms = np.unique([line.form for line in lines], return_inverse=True)[1]
    ink = np.array([_ink(points[line.id]) for line in lines])
    ink /= _median_of_form(ink / number, forms)
    needed = np.linalg.solve(counts.T @ counts + _RIDGE * np.eye(counts.shape[1]), counts.T @ ink + _RIDGE)
    ratio = ink / np.maximum(counts @ needed, 0.1)
    surprise = np.log(ratio / _median_of_form(ratio, forms)) * np.sqrt(number)
    wrong = np.flatnonzero((surprise < _TOO_LITTLE) | (surprise > _TOO_MUCH))
    return [lines[int(index)].id for index in wrong]


def _character_counts(lines: Sequence[OnlineLine], vocabulary: Vocabulary) -> Reals:
    """Return how often each label occurs in each line, (lines, labels)."""
    return np.array(
        [np.bincount(vocabulary.encode(line.text), minlength=len(vocabulary)) for line in lines], np.float64
    )


def _ink(points: PenPoints) -> float:
    """Return the length of the strokes (N, 3), plus 1: a line of mere dots has ink too."""
    positions, ends = split_points(points)
    return 1 + float(np.hypot(*np.diff(positions, axis=0).T)[~ends[:-1]].sum())


def _median_of_form(values: Reals, forms: Indices) -> Reals:
    """Return for each line the median of `values` (lines,) over its form, an index in `forms` (lines,)."""
    medians = np.array([np.median(values[forms == form]) for form in range(forms.max() + 1)])
    return medians[forms]
