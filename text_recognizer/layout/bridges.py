"""Bridges between the kernels of neighbouring lines: where the detector sees several lines as one region.

A loop of a descender, a word between the lines or a blot makes the kernels of two lines touch, and all lines
that are joined so would be one. But in most of its columns such a region still has one run of pixels for each
line; where it has a single high one, there is a bridge.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import Flags, IndexMap, Indices, Mask
from text_recognizer.images.components import Components, connected_components
from text_recognizer.layout.fitting import Fit, column_runs

_BRIDGE_HEIGHTS = 1.5  # runs higher than that, in the median height of their region's runs, are bridges
_MIN_BESIDE_SHARE = 0.25  # of the columns of a region that have several runs, if it is several lines
_MIN_BESIDE_HEIGHTS = 2.0  # that many columns at least, in the median height of all runs: less is a digit
_BEYOND_HEIGHTS = 12.0  # of a line: so far beyond its end it may go on in a bridge


class Cut(NamedTuple):
    """Regions of kernels without the bridges between lines.

    ```python
    import numpy as np
    from text_recognizer.images.components import connected_components
    from text_recognizer.layout.bridges import cut_bridges

    kernels = np.zeros((60, 200), bool)
    kernels[10:20, 10:190] = kernels[40:50, 10:190] = True  # two lines
    kernels[10:50, 90:100] = True  # a word between them
    cut = cut_bridges(connected_components(kernels))
    print(cut.components.count, int(cut.bridges.sum()))
    ```

    Attributes:
        components: The regions that are left.
        bridges: (h, w) what was taken away.
    """

    components: Components
    bridges: Mask


def cut_bridges(components: Components) -> Cut:
    """Cut regions of kernels that join several lines at the bridges between these.

    Args:
        components: The regions.
    """
    x, tops, bottoms, region = column_runs(components.paint())
    high = _are_bridges(region, x, bottoms - tops, components.count)
    bridges = np.zeros(components.shape, np.bool_)
    if not high.any():
        return Cut(components, bridges)
    for column, top, bottom in np.stack((x, tops, bottoms), axis=1)[high].tolist():
        bridges[top:bottom, column] = True
    return Cut(connected_components(np.asarray((components.paint() >= 0) & ~bridges)), bridges)


def _are_bridges(region: Indices, x: Indices, heights: Indices, count: int) -> Flags:
    """Tell which vertical runs of `count` regions are bridges between lines, (N,).

    Args:
        region: (N,) of each run.
        x: (N,) its column.
        heights: (N,) its rows.
        count: Number of regions.
    """
    n = np.bincount(region, minlength=count)
    typical = heights[np.lexsort((heights, region))][n.cumsum() - n // 2 - 1]  # the median of each region
    width = x.max(initial=0) + 1
    places, runs = np.unique(region * width + x, return_counts=True)
    columns = np.bincount(places // width, minlength=count)
    beside = np.bincount(places[runs > 1] // width, minlength=count)  # columns with a run for each line
    least = _MIN_BESIDE_HEIGHTS * np.maximum(typical, np.median(heights) if len(heights) else 0)
    joined = beside >= np.maximum(_MIN_BESIDE_SHARE * columns, least)
    return np.asarray(joined[region] & (heights > _BRIDGE_HEIGHTS * typical[region]))


def grow_into_bridges(pieces: IndexMap, fits: Sequence[Fit], bridges: Mask) -> None:
    """Let pieces of lines go on through bridges, each along its own line, in place; wide pieces come first.

    Args:
        pieces: (h, w) piece of each pixel, -1 = none.
        fits: Of each piece.
        bridges: (h, w) see `Cut`.
    """
    lines = along_each_other(fits)
    for index in sorted(range(len(fits)), key=lambda i: fits[i].box[0] - fits[i].box[2]):
        line = lines[index]
        x1, _, x2, _ = line.box
        reach = round(_BEYOND_HEIGHTS * line.thickness)
        leftwards = np.arange(x1 - 1, max(-1, x1 - 1 - reach), -1)
        rightwards = np.arange(x2, min(x2 + reach, bridges.shape[1]))
        for columns in (leftwards, rightwards):
            _grow(pieces, index, line, columns, bridges)


def along_each_other(fits: Sequence[Fit]) -> list[Fit]:
    """Return the fits of pieces; those of short ones, whose own slope is noise, as steep as the others.

    Lines that run into each other are nearly parallel. `fit_all` damps slopes towards 0; here they are damped
    towards the median, weighted by the squares of the widths, instead.
    """
    slopes, thickness = np.array([(fit.slope, fit.thickness) for fit in fits]).T
    widths = np.array([fit.box[2] - fit.box[0] for fit in fits], np.float64)
    order = np.argsort(slopes)
    weight = np.cumsum(widths[order] ** 2)
    common = slopes[order][np.searchsorted(weight, weight[-1] / 2)]
    steeper = common * thickness**2 / (thickness**2 + widths**2 / 12)  # the share by which they are damped
    return [_turned(fit, more) for fit, more in zip(fits, steeper.tolist(), strict=True)]


def _turned(fit: Fit, more: float) -> Fit:
    """Return a fit that is steeper by `more`, with the same middle."""
    center = (fit.box[0] + fit.box[2] - 1) / 2
    return replace(fit, slope=fit.slope + more, intercept=fit.intercept - more * center)


def _grow(pieces: IndexMap, index: int, line: Fit, columns: Indices, bridges: Mask) -> None:
    """Give piece `index` the free pixels of bridges (h, w) along its line, in `pieces` (h, w), in place.

    Args:
        pieces: Piece of each pixel.
        index: Which of them.
        line: Its line.
        columns: (M,) beside the piece, outwards; it goes on as long as its line lies in a free bridge.
        bridges: What it may get.
    """
    last = len(pieces) - 1
    middles = np.rint(line.intercept + line.slope * columns).astype(np.int64)
    y = np.clip(middles, 0, last)
    if not columns.size or not bridges[y[0], columns[0]]:
        return
    length = int(np.logical_and.accumulate(bridges[y, columns] & (pieces[y, columns] < 0)).sum())
    half = round(line.thickness / 2)
    rows = np.clip(middles[:length] + np.arange(-half, half + 1)[:, None], 0, last).ravel()
    x = np.tile(columns[:length], 2 * half + 1)
    free = bridges[rows, x] & (pieces[rows, x] < 0)
    pieces[rows[free], x[free]] = index
