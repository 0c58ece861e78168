"""Straight lines fitted to the regions of a map: where a line of text lies, its thickness and slope."""

from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import IndexMap, Indices, Mask, Reals

_OUTLIER_PERCENT = 5  # this share of a region's columns may reach out of its box: ascenders, noise
_REACH_PERCENTILE = 90  # above and below: without the few columns that reach furthest


@dataclass(frozen=True)
class Fit:
    """A region of a map and the straight line through its middle; lengths in pixels of the map.

    ```python
    import numpy as np
    from text_recognizer.layout.fitting import fit_all

    regions = np.full((60, 200), -1, np.int32)
    regions[20:30, 10:180] = 0
    (fit,) = fit_all(regions, 1)
    print(fit.box, fit.thickness, fit.middle_at(100))
    ```

    Attributes:
        box: x1, y1, x2, y2; x2 and y2 are exclusive.
        slope: Rows downwards per column of the middle.
        intercept: Row of the middle at column 0.
        above: How far the region reaches above its middle.
        below: How far it reaches below.
        thickness: Mean number of its pixels per column.
    """

    box: tuple[int, int, int, int]
    slope: float
    intercept: float
    above: float
    below: float
    thickness: float

    def middle_at(self, x: float) -> float:
        """Return the row of the middle at column `x`."""
        return self.intercept + self.slope * x


def fit_all(regions: IndexMap, count: int) -> list[Fit]:
    """Fit every region of a map (h, w) with the values 0 to count - 1."""
    boxes = _boxes(regions, count)
    return [_fit(regions[y1:y2, x1:x2] == i, int(x1), int(y1)) for i, (x1, y1, x2, y2) in enumerate(boxes)]


def _boxes(regions: IndexMap, count: int) -> Indices:
    """Return x1, y1, x2, y2 (exclusive) of each region of (h, w), (count, 4)."""
    height, width = regions.shape
    # Runs of one value: there are far fewer of them than pixels. Behind each row one pixel of none.
    padded = np.full((height, width + 1), -1, np.int32)
    padded[:, :-1] = regions
    flat = padded.ravel()
    starts = np.append(0, 1 + np.flatnonzero(flat[1:] != flat[:-1]))
    ends = np.append(starts[1:], flat.size)
    values = flat[starts]
    inside = values >= 0
    rows, x1 = np.divmod(starts[inside], width + 1)
    index, x2 = values[inside], x1 + (ends - starts)[inside]
    boxes = np.tile(np.array([width, height, 0, 0], np.int64), (count, 1))
    for side, minimum in ((0, x1), (1, rows)):
        np.minimum.at(boxes[:, side], index, minimum)
    for side, maximum in ((2, x2), (3, rows + 1)):
        np.maximum.at(boxes[:, side], index, maximum)
    return boxes


def _fit(mask: Mask, left: int, top: int) -> Fit:
    """Fit one region.

    Args:
        mask: (h, w) pixels of the region within its box.
        left: Column of the box on the map.
        top: Row of the box.
    """
    height = mask.shape[0]
    columns = np.flatnonzero(mask.any(axis=0))  # a joined line has gaps
    inside = mask[:, columns]
    tops = top + np.argmax(inside, axis=0)
    bottoms = top + height - np.argmax(inside[::-1], axis=0)
    columns = columns + left
    thickness = float(inside.sum(axis=0).mean())
    middles = (tops + bottoms) / 2
    centred = columns - columns.mean()
    # Least squares, damped (ridge regression): of a region hardly wider than thick the slope is mostly noise.
    slope = float((centred * middles).sum() / ((centred**2).sum() + len(columns) * thickness**2))
    intercept = float(middles.mean() - slope * columns.mean())
    line = intercept + slope * columns
    above = _percentile(line - tops, _REACH_PERCENTILE)
    below = _percentile(bottoms - line, _REACH_PERCENTILE)
    y1, y2 = _percentile(tops, _OUTLIER_PERCENT), _percentile(bottoms, 100 - _OUTLIER_PERCENT)
    box = (int(columns[0]), round(y1), int(columns[-1]) + 1, round(y2))
    return Fit(box, slope, intercept, above, below, thickness)


def _percentile(values: Reals | Indices, percent: float) -> float:
    """Return what `np.percentile` does for (n,), several times faster: there may be many regions."""
    ordered = np.sort(values)
    rank = (len(ordered) - 1) * (percent / 100)
    low = int(rank)
    first, second = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
    share = rank - low
    # From the nearer one, as numpy does: the last bit decides how a box is rounded.
    return first + (second - first) * share if share < 0.5 else second - (second - first) * (1 - share)
