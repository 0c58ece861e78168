"""What shows through from the other side of the paper, taken out of the ink: strokes that stay faint."""

import numpy as np

from text_recognizer.arrays import InkMap
from text_recognizer.images.components import connected_components

_MIN_INK = 0.08  # weaker ink is no stroke of either side
_STRONG_INK = 0.35  # strokes of this side reach it somewhere; full ink is 1
_MIN_STRONG_SHARE = 0.1  # of the ink: with less strong ink, faint strokes are the writing


def remove_show_through(ink: InkMap) -> InkMap:
    """Return the ink of a page without strokes that are faint from end to end, beside strong ones.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper.

    Returns:
        (H, W) without faint strokes; `ink` itself if there are none, or little else.
    """
    components = connected_components(ink > np.float32(_MIN_INK))
    if components.count == 0:
        return ink
    labels = components.paint()
    strong = np.bincount(labels[ink > np.float32(_STRONG_INK)], minlength=components.count) > 0
    areas = components.areas()
    if strong.all() or areas[strong].sum() < _MIN_STRONG_SHARE * areas.sum():
        return ink
    faint = np.append(~strong, False)  # one more, which label -1 (paper) finds
    return np.where(faint[labels], np.float32(0), ink)
