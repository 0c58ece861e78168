"""Columns of a line input -> columns of the image that it was made of."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class LineColumns:
    """Which columns of an image the columns of a line input come from.

    Attributes:
        left: First column of the image that holds ink.
        right: The column behind the last one.
        margin: Blank columns that the input has in front of its ink.
        scale: Columns of the image per column of the input.
        first: Column of the image that the first inked column of the input comes from: `left`, unless the
            line was straightened.
    """

    left: int
    right: int
    margin: int
    scale: float
    first: float

    def to_image(self, columns: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Translate columns of the input, of any shape, to columns of the image."""
        return np.asarray(np.clip(self.first + (columns - self.margin) * self.scale, self.left, self.right))
