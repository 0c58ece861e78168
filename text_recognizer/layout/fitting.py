"""Lines fitted to the regions of a map: where a line of text lies, its thickness, slope and bow."""

from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import IndexMap, Indices, Reals
from text_recognizer.images import twin
from text_recognizer.layout.bows import STRAIGHT, Bow, bow_at, fit_bows

_OUTLIER_PERCENT = 5  # this share of a region's columns may reach out of its box: ascenders, noise
_REACH_PERCENTILE = 90  # above and below: without the few columns that reach furthest


@dataclass(frozen=True)
class Fit:
    """A region of a map and the line through its middle; lengths in pixels of the map.

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
        slope: Rows downwards per column of the straight line through the middle.
        intercept: Its row at column 0.
        above: How far the region reaches above its middle.
        below: How far it reaches below.
        thickness: Mean number of its pixels per column.
        bow: How the middle leaves the straight line.
    """

    box: tuple[int, int, int, int]
    slope: float
    intercept: float
    above: float
    below: float
    thickness: float
    bow: Bow = STRAIGHT

    def middle_at(self, x: float) -> float:
        """Return the row of the middle at column `x`."""
        straight = self.intercept + self.slope * x
        return straight if self.bow == STRAIGHT else straight + float(bow_at(x, *self.box[::2], self.bow))


def fit_all(regions: IndexMap, count: int) -> list[Fit]:
    """Fit every region of a map (h, w) with the values 0 to count - 1, each of which occurs."""
    if not count:
        return []
    region, x, tops, bottoms, pixels = _columns(regions)
    n = np.bincount(region, minlength=count)
    mean_x, thickness = np.bincount(region, x) / n, np.bincount(region, pixels) / n
    middles, centred = (tops + bottoms) / 2, x - mean_x[region]
    # Least squares, damped (ridge regression): of a region hardly wider than thick the slope is mostly noise.
    damped = np.bincount(region, centred**2) + n * thickness**2
    slope = np.bincount(region, centred * middles) / damped
    intercept = np.bincount(region, middles) / n - slope * mean_x
    line = intercept[region] + slope[region] * x
    ends = n.cumsum()
    first, behind = x[ends - n], x[ends - 1] + 1
    places = (2 * x + 1 - (first + behind)[region]) / (behind - first)[region]
    bows = fit_bows(region, places, middles - line, thickness, behind - first)
    line += bow_at(x, first[region], behind[region], (bows[region, 0], bows[region, 1]))
    above = _percentiles(line - tops, region, n, _REACH_PERCENTILE)
    below = _percentiles(bottoms - line, region, n, _REACH_PERCENTILE)
    upper = np.rint(_percentiles(tops, region, n, _OUTLIER_PERCENT))
    lower = np.rint(_percentiles(bottoms, region, n, 100 - _OUTLIER_PERCENT))
    boxes = np.stack((first, upper, behind, lower), axis=1).astype(np.int64).tolist()
    numbers = np.stack((slope, intercept, above, below, thickness, *bows.T), axis=1).tolist()
    return [
        Fit((x1, y1, x2, y2), each[0], each[1], each[2], each[3], each[4], (each[5], each[6]))
        for (x1, y1, x2, y2), each in zip(boxes, numbers, strict=True)
    ]


def column_runs(regions: IndexMap) -> tuple[Indices, Indices, Indices, Indices]:
    """Return the vertical runs of one value in (h, w), but for -1: there are far fewer of them than pixels.

    Returns:
        Column, first row, row behind the last one, and value, (N,) each; from left to right, and down.
    """
    if twin.is_installed():
        return twin.column_runs(regions)
    height, width = regions.shape
    # Behind each column one pixel of none ends its last run.
    padded = np.full((width, height + 1), -1, np.int32)
    padded[:, :-1] = regions.T
    flat = padded.ravel()
    starts = np.append(0, 1 + np.flatnonzero(flat[1:] != flat[:-1]))
    lengths = np.diff(starts, append=flat.size)
    values = flat[starts]
    inside = values >= 0
    x, tops = np.divmod(starts[inside], height + 1)
    return x, tops, tops + lengths[inside], values[inside].astype(np.int64)


def _columns(regions: IndexMap) -> tuple[Indices, Indices, Indices, Indices, Indices]:
    """Return the columns of each region of (h, w), by region and from left to right, (N,) each.

    Returns:
        Region, column, first row, row behind the last one, and number of pixels.
    """
    x, tops, bottoms, values = column_runs(regions)
    keys, lengths = values * regions.shape[1] + x, bottoms - tops
    order = keys.argsort(kind="stable")  # the runs of a column stay from top to bottom
    keys, tops, lengths = keys[order], tops[order], lengths[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    last = np.append(first[1:], len(keys)) - 1
    region, x = np.divmod(keys[first], regions.shape[1])
    return region, x, tops[first], (tops + lengths)[last], np.add.reduceat(lengths, first)


def _percentiles(values: Reals | Indices, region: Indices, n: Indices, percent: float) -> Reals:
    """Return what `np.percentile` does for the values (N,) of each region, (count,).

    Args:
        values: Of all regions.
        region: (N,) of each value, ascending.
        n: (count,) values of each region.
        percent: 0-100.
    """
    order = np.argsort(values)
    # Regions are at least 32 pixels large, so that 16 bits suffice, which are sorted without comparisons.
    ordered = values[order[np.argsort(region[order].astype(np.uint16), kind="stable")]]
    rank = (n - 1) * (percent / 100)
    low = rank.astype(np.int64)
    starts = n.cumsum() - n
    first, second = ordered[starts + low], ordered[starts + np.minimum(low + 1, n - 1)]
    share = rank - low
    # From the nearer one, as numpy does: the last bit decides how a box is rounded.
    from_first, from_second = first + (second - first) * share, second - (second - first) * (1 - share)
    return np.asarray(np.where(share < 0.5, from_first, from_second), np.float64)
