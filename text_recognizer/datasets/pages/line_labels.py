"""Pixel labels of text lines, from the boxes of their words or from any band that follows a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from text_recognizer.arrays import Flags, IndexMap, LabelMap, Reals
from text_recognizer.geometry import Region

_PRIOR_SPREAD_PX = 150.0  # lines whose words spread less mostly take the slope of their page


class Band(Protocol):
    """A line as a stripe that has one upper and one lower edge at each column, in pixels of its page."""

    @property
    def x1(self) -> float:
        """First column."""
        ...

    @property
    def x2(self) -> float:
        """Column behind the last."""
        ...

    def edges(self, columns: Reals) -> tuple[Reals, Reals]:
        """Return the rows (N,) of the upper and the lower edge at columns (N,)."""
        ...


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

    def edges(self, columns: Reals) -> tuple[Reals, Reals]:
        """Return the rows (N,) of the upper and the lower edge at columns (N,)."""
        middles = self.middle + self.slope * columns
        return middles - self.above, middles + self.below


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


def paint_labels(bands: Sequence[Band], shape: tuple[int, int], scale: float) -> LabelMap:
    """Return the label map (H, W) of a page: 0 background, 1 odd lines (the first, third ...), 2 even lines.

    Where two lines overlap, the overlap is split in the middle. Lines of one label that would touch, as they
    may where columns of text meet, are a pixel apart, and so are lines that touch side by side: their
    kernels would be one.

    Args:
        bands: Lines in reading order, in pixels of the page.
        shape: (H, W) of the label map.
        scale: Pixels of the label map per pixel of the page.
    """
    if not bands:
        return np.zeros(shape, np.uint8)
    columns = np.asarray((np.arange(shape[1]) + 0.5) / scale, np.float64)
    edges = [band.edges(columns) for band in bands]
    tops, bottoms = (np.array([each[side] for each in edges]) for side in (0, 1))  # (lines, W)
    # Which columns a line takes, (lines, W): outside of them neighbours do not limit each other.
    present = np.array([(columns >= band.x1) & (columns < band.x2) for band in bands])
    _split_overlaps(tops, bottoms, present)
    rows = ((np.arange(shape[0]) + 0.5) / scale)[:, None]  # (H, 1)
    owners = np.full(shape, -1, np.int32)
    for index in range(len(bands)):
        owners[(rows >= tops[index]) & (rows < bottoms[index]) & present[index]] = index
    labels = np.where(owners < 0, 0, 1 + owners % 2).astype(np.uint8)
    labels[_touching(owners, labels)] = 0
    return labels


def _split_overlaps(tops: Reals, bottoms: Reals, present: Flags) -> None:
    """Move the edges (lines, W) of lines that overlap to the middle of the overlap, in place."""
    highest = np.where(present, tops, np.inf).min(axis=1)
    lowest = np.where(present, bottoms, -np.inf).max(axis=1)
    for first in range(len(tops)):
        near = (highest < lowest[first]) & (lowest > highest[first]) & (present & present[first]).any(axis=1)
        for second in (np.flatnonzero(near[first + 1 :]) + first + 1).tolist():
            both = present[first] & present[second]
            middles = [(tops[line] + bottoms[line])[both].mean() for line in (first, second)]
            upper, lower = (first, second) if middles[0] <= middles[1] else (second, first)
            overlap = both & (bottoms[upper] > tops[lower])
            border = (bottoms[upper] + tops[lower]) / 2
            bottoms[upper] = np.where(overlap, border, bottoms[upper])
            tops[lower] = np.where(overlap, border, tops[lower])


def _touching(owners: IndexMap, labels: LabelMap) -> Flags:
    """Return which pixels (H, W) part lines of one label above each other, and lines side by side.

    A column of a line of which less than half would be left is taken out as a whole: the rest would be a
    kernel of its own.
    """
    parted = np.zeros(owners.shape, np.bool_)
    met = (owners[1:] != owners[:-1]) & (labels[1:] == labels[:-1]) & (labels[1:] > 0)
    parted[1:] |= met
    beside = (owners[:, 1:] != owners[:, :-1]) & (owners[:, 1:] >= 0) & (owners[:, :-1] >= 0)
    parted[:, 1:] |= beside
    parted[:, :-1] |= beside
    columns = (owners + 1).astype(np.int64) * owners.shape[1] + np.arange(owners.shape[1])
    total, lost = np.bincount(columns.ravel()), np.bincount(columns[parted], minlength=columns.max() + 1)
    return np.asarray(parted | (2 * lost > total)[columns])
