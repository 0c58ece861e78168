"""A line of writing, drawn."""

import numpy as np

from text_recognizer.arrays import GrayImage


def strokes(height: int = 80, width: int = 600) -> GrayImage:
    """Draw slanted strokes, dark on light."""
    rows, columns = np.mgrid[0:height, 0:width]
    inked = (
        ((columns + rows // 2) % 60 < 8)
        & (rows >= 20)
        & (rows < 60)
        & (columns > 40)
        & (columns < width - 40)
    )
    return np.where(inked, 40, 215).astype(np.uint8)
