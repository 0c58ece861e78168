"""How closely the strokes of a line follow each other, from which wide and narrow hands are made alike.

A row crosses some 1.4 strokes a letter, whoever writes, so that strokes tell how wide letters are before one
is known. After Marti & Bunke, "Using a statistical language model to improve the performance of an HMM-based
cursive handwriting recognition system", IJPRAI 15 (2001), who scale lines by their changes from paper to ink.
"""

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float32]

_PITCH = 0.23  # columns from stroke to stroke over the line's height; 0.28 is common in IAM, less costs less
_INK = 0.3  # from which on a pixel belongs to a stroke
_BAND = 0.08  # of the height: rows over which crossings are averaged
_GAP = 0.4  # of the height: the part of a gap between words that counts
_MIN_STROKES = 8  # of a line, from which on they can be counted on
_NARROWEST, _WIDEST = 0.5, 1.4  # factors of the width


def width_factor(ink: Float) -> float:
    """Return by how much a line has to be stretched for its strokes to follow each other as usual.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper, cut to its ink, level and upright.

    Returns:
        The factor of its width, in [0.5, 1.4], 1 where strokes are too few: below 1 for a wide hand.
    """
    height = ink.shape[0]
    inked = ink > np.float32(_INK)
    columns = np.flatnonzero(inked.any(axis=0))
    if columns.size == 0:
        return 1.0
    crossings = np.count_nonzero(inked[:, 1:] > inked[:, :-1], axis=1)
    band = max(1, round(_BAND * height))
    strokes = np.convolve(crossings, np.ones(band) / band, mode="same").max()
    if strokes < _MIN_STROKES:
        return 1.0
    gaps = np.diff(columns)
    width = columns[-1] - columns[0] - np.maximum(gaps - _GAP * height, 0).sum()
    return float(np.clip(_PITCH * height * strokes / width, _NARROWEST, _WIDEST))
