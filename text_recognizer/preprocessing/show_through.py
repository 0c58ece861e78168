"""What shows through from the other side of the paper: strokes that are faint from end to end."""

import numpy as np

from text_recognizer.arrays import Flags, InkMap
from text_recognizer.images.components import Components

_STRONG_INK = 0.35  # strokes of this side reach it somewhere; full ink is 1
_MIN_STRONG_SHARE = 0.1  # of the ink: with less strong ink, faint strokes are the writing


def show_through(components: Components, ink: InkMap) -> Flags:
    """Tell which components of a page's ink are faint from end to end, beside strong ones.

    Args:
        components: Of the ink, `count` of them.
        ink: (H, W) float32 in [0, 1], 0 = paper.

    Returns:
        (count,) true for faint ones; none if most of the writing is faint.
    """
    strong = components.maxima(ink) > np.float32(_STRONG_INK)
    areas = components.areas()
    enough = areas[strong].sum() >= _MIN_STRONG_SHARE * areas.sum()
    return np.asarray(~strong & enough)
