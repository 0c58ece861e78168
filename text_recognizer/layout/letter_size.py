"""How large the letters of a page are, told from its ink before any line is known."""

import numpy as np

from text_recognizer.arrays import InkMap
from text_recognizer.images.components import connected_components
from text_recognizer.images.resizing import reduce_to_bytes

_PIXELS = 600_000  # about: in these, letters of a page of a hundred lines are still apart, and grain is gone
_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise
_MIN_HEIGHT_PX = 3  # lower components are dots, dashes and specks
_MAX_ASPECT = 20.0  # longer than that, in widths or heights, is a rule of the paper
_MAX_PAGE_SHARE = 0.6  # of both sides of the page: more is a frame, a grid, or the table below the sheet


def letter_height(ink: InkMap) -> float:
    """Return the typical height of what is written without lifting the pen, in pixels of the page.

    That is a letter or a joined word, about half of the height of a line. It is the median over columns, so
    that specks weigh little.

    Args:
        ink: (H, W) ink map of a page.

    Returns:
        The height; 0 if there is no ink that could be writing.
    """
    factor = max(1, round((ink.size / _PIXELS) ** 0.5))
    small = reduce_to_bytes(ink, factor) > 255 * _MIN_INK if factor > 1 else ink > np.float32(_MIN_INK)
    boxes = connected_components(small).boxes()
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    large = (heights > _MAX_PAGE_SHARE * small.shape[0]) & (widths > _MAX_PAGE_SHARE * small.shape[1])
    thin = (widths > _MAX_ASPECT * heights) | (heights > _MAX_ASPECT * widths)
    kept = ~large & ~thin & (heights >= _MIN_HEIGHT_PX)
    if not kept.any():
        return 0.0
    order = np.argsort(heights[kept])
    columns = np.cumsum(widths[kept][order])
    return float(heights[kept][order][np.searchsorted(columns, columns[-1] / 2)] * factor)
