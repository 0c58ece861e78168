"""Lines that bend: bands around a polyline, also from the polygon and the baseline that people have drawn."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Reals
from text_recognizer.geometry import Points

_STEP_PX = 8.0  # of the columns at which a band is described: less than a letter of most pages
_REACH_QUANTILE = 0.9  # of the distances from the baseline: a single swash does not make a line higher
_MAX_SLOPE = 1.0  # 45 degrees: steeper baselines are those of vertical writing
_MIN_SIDE_PX = 3.0  # smaller polygons are slips of the mouse


@dataclass(frozen=True, eq=False)
class CurvedBand:
    """A line as a stripe that may bend, in pixels of its page.

    ```python
    import numpy as np

    from text_recognizer.datasets.pages.curved_bands import CurvedBand

    band = CurvedBand.level(100, 900, 40, 70)
    print(band.x1, band.edges(np.array([100.0, 500.0])))
    ```

    Attributes:
        columns: (N,) ascending, two or more; the first and the last are the ends of the line.
        tops: (N,) row of its upper edge at each of them.
        bottoms: (N,) row of its lower edge.
    """

    columns: Reals
    tops: Reals
    bottoms: Reals

    @classmethod
    def level(cls, x1: float, x2: float, top: float, bottom: float) -> "CurvedBand":
        """Return the band that is a box."""
        columns = np.linspace(x1, x2, max(2, round((x2 - x1) / _STEP_PX)))
        return cls(columns, np.full(columns.shape, float(top)), np.full(columns.shape, float(bottom)))

    @property
    def x1(self) -> float:
        """First column."""
        return float(self.columns[0])

    @property
    def x2(self) -> float:
        """Column behind the last."""
        return float(self.columns[-1])

    def edges(self, columns: Reals) -> tuple[Reals, Reals]:
        """Return the rows (N,) of the upper and the lower edge at columns (N,)."""
        tops, bottoms = (np.interp(columns, self.columns, rows) for rows in (self.tops, self.bottoms))
        return tops, bottoms

    def mapped(self, move: Callable[[Reals], Reals]) -> "CurvedBand":
        """Return the band where a map of points (M, 2), x and y, takes it; it must keep left from right."""
        upper, lower = (move(np.column_stack((self.columns, rows))) for rows in (self.tops, self.bottoms))
        columns = np.maximum.accumulate((upper[:, 0] + lower[:, 0]) / 2)
        return CurvedBand(columns, upper[:, 1], lower[:, 1])


def band_around(polygon: Points, baseline: Points = ()) -> CurvedBand | None:
    """Return the band of a line that people have outlined; None if it is upright or has no area.

    The band follows the baseline, as far above and below it as most of the polygon reaches. Without a
    baseline it follows the middle of the polygon.

    Args:
        polygon: Around the ink of the line.
        baseline: On which its letters stand; two points or more, or nothing.
    """
    if len(polygon) < 3:
        return None
    x1, x2 = (float(end(x for x, _ in polygon)) for end in (min, max))
    columns = np.linspace(x1, x2, max(4, round((x2 - x1) / _STEP_PX)))
    upper, lower = _extent(polygon, np.clip(columns, x1 + 0.5, x2 - 0.5))
    if x2 - x1 < _MIN_SIDE_PX or np.ptp(np.concatenate((upper, lower))) < _MIN_SIDE_PX:
        return None
    points = np.array(sorted(baseline), np.float64).reshape(-1, 2)
    if len(points) > 1:
        if np.ptp(points[:, 1]) > _MAX_SLOPE * np.ptp(points[:, 0]):
            return None
        course = np.interp(columns, points[:, 0], points[:, 1])
    else:  # a parabola, for the polygon's own middle goes up and down with every tall letter
        course = np.asarray(np.polyval(np.polyfit(columns, (upper + lower) / 2, 2), columns), np.float64)
    above, below = (float(np.quantile(d, _REACH_QUANTILE)) for d in (course - upper, lower - course))
    if above + below < _MIN_SIDE_PX:
        return None
    return CurvedBand(columns, course - above, course + below)


def _extent(polygon: Points, columns: Reals) -> tuple[Reals, Reals]:
    """Return the first and the last row of a polygon at columns (N,) within it, (N,) each."""
    points = np.array(polygon, np.float64)
    (xa, ya), (xb, yb) = points.T[:, :, None], np.roll(points, -1, axis=0).T[:, :, None]
    crosses = (np.minimum(xa, xb) <= columns) & (columns <= np.maximum(xa, xb)) & (xa != xb)
    rows = ya + (yb - ya) * (columns - xa) / np.where(xa == xb, 1.0, xb - xa)
    upper = np.where(crosses, rows, np.inf).min(axis=0)
    lower = np.where(crosses, rows, -np.inf).max(axis=0)
    return upper, lower
