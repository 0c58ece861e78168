"""Columns of an image -> columns of the one it was made of; these maps compose from network to page."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Indices, Reals


@dataclass(frozen=True)
class ColumnMap:
    """Maps column x to `offset + scale * x`, clipped to `low` ... `high`.

    Columns are positions between pixels: 0 is the left border of an image, its width the right one. Rows
    can be mapped in the same way.

    ```python
    from text_recognizer.preprocessing.column_map import ColumnMap

    frames = ColumnMap(scale=4)  # a frame of the network covers 4 columns of its input
    to_page = frames.then(ColumnMap(scale=0.5, offset=120, low=120, high=900))
    print(to_page.rounded([0, 10, 1000]))
    ```

    Attributes:
        scale: Columns of the target per column; above 0.
        offset: Column of the target that column 0 maps to.
        low: Least column of the target.
        high: Greatest column of the target.
    """

    scale: float = 1.0
    offset: float = 0.0
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        """Check that the map is increasing.

        Raises:
            ValueError: If `scale` is not above 0, or `low` is above `high`.
        """
        if not (self.scale > 0 and self.low <= self.high):
            raise ValueError(f"{self} does not map columns in ascending order.")

    def apply(self, columns: npt.ArrayLike) -> Reals:
        """Return the columns of the target for columns of any shape, (N,) or (N, 2) for example."""
        return np.clip(self.offset + np.asarray(columns, np.float64) * self.scale, self.low, self.high)

    def rounded(self, columns: npt.ArrayLike) -> Indices:
        """Return the nearest whole columns of the target; takes what `apply` takes, (N,) or (N, 2), say."""
        return np.rint(self.apply(columns)).astype(np.int64)

    def then(self, following: "ColumnMap") -> "ColumnMap":
        """Return the map that applies this one first, then `following`.

        Both increase, so that clipping first and mapping then is mapping first and clipping to the mapped
        limits.
        """
        # In numbers of Python: a line composes seven maps, and arrays of two take twenty times as long.
        low, high = (
            min(max(following.offset + column * following.scale, following.low), following.high)
            for column in (self.low, self.high)
        )
        scale, offset = self.scale * following.scale, following.offset + self.offset * following.scale
        return ColumnMap(scale, offset, low, high)
