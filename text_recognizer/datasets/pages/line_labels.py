"""Pixel labels of text lines from the boxes of their words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import LabelMap
from text_recognizer.geometry import Region

_PRIOR_SPREAD_PX = 150.0  # lines whose words spread less mostly take the slope of their page


@dataclass(frozen=True)
class LineBand:
    """A line as a slanted stripe around the row `middle + slope * column`, in pixels of the page.

    ```python
    from text_recognizer.datasets.pages.line_labels import LineBand

    band = LineBand(x1=100, x2=900, slope=0.02, middle=250, above=30, below=30)
    print(band.shifted(100, 200))
    ```

    Attributes:
        x1: First column.
        x2: Column behind the last.
        slope: Rows per column, downwards.
        middle: Row of the middle at column 0.
        above: Rows of the stripe above its middle.
        below: Rows below it.
    """

    x1: float
    x2: float
    slope: float
    middle: float
    above: float
    below: float

    def shifted(self, x: float, y: float) -> "LineBand":
        """Return the band in the coordinates of a crop whose corner is (x, y)."""
        middle = self.middle + self.slope * x - y
        return LineBand(self.x1 - x, self.x2 - x, self.slope, middle, self.above, self.below)


def line_bands(lines: Sequence[Sequence[Region]]) -> list[LineBand]:
    """Return a band for each line of a page, given the boxes of its words; lines without words are left out.

    Slopes are least squares over the centres of the words, with the page's common slope as a prior (ridge
    regression): the height of a single word depends more on its letters than on the slope.
    """
    lines = [words for words in lines if words]
    moments = [_moments(words) for words in lines]
    spread = sum(xx for xx, _, _ in moments)
    common = sum(xy for _, xy, _ in moments) / (spread + 1)
    bands = []
    for words, (xx, xy, weight) in zip(lines, moments, strict=True):
        prior = weight * _PRIOR_SPREAD_PX**2
        bands.append(_band(words, (xy + prior * common) / (xx + prior)))
    return bands


def _moments(words: Sequence[Region]) -> tuple[float, float, float]:
    """Return sum w dx dx, sum w dx dy, sum w over the centres of the words; w is their width."""
    weights = np.array([word.width for word in words], np.float64)
    x = np.array([(word.x1 + word.x2) / 2 for word in words])
    y = np.array([(word.y1 + word.y2) / 2 for word in words])
    dx = x - np.average(x, weights=weights)
    dy = y - np.average(y, weights=weights)
    return float((weights * dx * dx).sum()), float((weights * dx * dy).sum()), float(weights.sum())


def _band(words: Sequence[Region], slope: float) -> LineBand:
    """Return the band of a given slope that holds every word's box at the word's centre."""
    shifts = [slope * (word.x1 + word.x2) / 2 for word in words]
    top = min(word.y1 - shift for word, shift in zip(words, shifts, strict=True))
    bottom = max(word.y2 - shift for word, shift in zip(words, shifts, strict=True))
    left, right = min(word.x1 for word in words), max(word.x2 for word in words)
    half = (bottom - top) / 2
    return LineBand(left, right, slope, (top + bottom) / 2, half, half)


def paint_labels(bands: Sequence[LineBand], shape: tuple[int, int], scale: float) -> LabelMap:
    """Return the label map (H, W) of a page: 0 background, 1 odd lines (the first, third ...), 2 even lines.

    Where a line and the next one overlap, the overlap is split in the middle.

    Args:
        bands: Lines from top to bottom, in pixels of the page.
        shape: (H, W) of the label map.
        scale: Pixels of the label map per pixel of the page.
    """
    columns = (np.arange(shape[1]) + 0.5) / scale
    tops = np.array([band.middle + band.slope * columns - band.above for band in bands])  # (lines, W)
    bottoms = np.array([band.middle + band.slope * columns + band.below for band in bands])
    # Which columns a line takes, (lines, W): outside of them neighbours do not limit each other.
    present = np.array([(columns >= band.x1) & (columns < band.x2) for band in bands])
    for upper in range(len(bands) - 1):
        overlap = present[upper] & present[upper + 1] & (bottoms[upper] > tops[upper + 1])
        border = (bottoms[upper] + tops[upper + 1]) / 2
        bottoms[upper] = np.where(overlap, border, bottoms[upper])
        tops[upper + 1] = np.where(overlap, border, tops[upper + 1])
    rows = ((np.arange(shape[0]) + 0.5) / scale)[:, None]  # (H, 1)
    labels = np.zeros(shape, np.uint8)
    for index in range(len(bands)):
        inside = (rows >= tops[index]) & (rows < bottoms[index]) & present[index]
        labels[inside] = 1 + index % 2
    return labels
