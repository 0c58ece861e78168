"""Normalization of the width of writing: wide and narrow writing gets the same spacing of strokes.

A row crosses some 1.4 strokes a letter, whoever writes, so that strokes tell how wide letters are before one
is known. After Marti & Bunke, "Using a statistical language model to improve the performance of an HMM-based
cursive handwriting recognition system", IJPRAI 15 (2001), who scale lines by their changes from paper to ink.
"""

import numpy as np

from text_recognizer.arrays import InkMap

_STROKE_SPACING_HEIGHTS = 0.23  # from stroke to stroke; 0.28 is common in IAM, less makes the network faster
_MIN_INK = 0.3  # weaker pixels are soft edges of strokes
_BAND_HEIGHTS = 0.08  # rows over which crossings are averaged, so that one row of noise does not decide
_MAX_GAP_HEIGHTS = 0.4  # what a gap between words counts at most: spaces are no sign of wide letters
_MIN_STROKES = 8  # with fewer, about five letters, the spacing is a matter of chance
_MIN_FACTOR = 0.5  # narrower, strokes run into each other
_MAX_FACTOR = 1.4  # wider ones cost time and help no more


def width_factor(ink: InkMap) -> float | None:
    """Return the factor of the width by which a line gets the usual spacing of strokes.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper, cut to its ink, level and upright.

    Returns:
        The factor, in [0.5, 1.4]: below 1 for wide writing; None where strokes are too few.
    """
    height = ink.shape[0]
    inked = ink > np.float32(_MIN_INK)
    columns = np.flatnonzero(inked.any(axis=0))
    if columns.size == 0:
        return None
    crossings = np.count_nonzero(inked[:, 1:] > inked[:, :-1], axis=1)  # (H,) changes from paper to ink
    band = max(1, round(_BAND_HEIGHTS * height))
    # The band that crosses the most strokes lies within the small letters.
    strokes = np.convolve(crossings, np.ones(band) / band, mode="same").max()
    if strokes < _MIN_STROKES:
        return None
    gaps = np.diff(columns)
    width = columns[-1] - columns[0] - np.maximum(gaps - _MAX_GAP_HEIGHTS * height, 0).sum()
    factor = _STROKE_SPACING_HEIGHTS * height * strokes / width
    return float(np.clip(factor, _MIN_FACTOR, _MAX_FACTOR))
