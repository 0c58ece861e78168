"""Map of kernels and borders -> text lines in reading order, with the pixels that belong to each."""

from dataclasses import dataclass, replace

import numpy as np

from text_recognizer.arrays import IndexMap, Indices, KernelMap, LabelMap, Reals
from text_recognizer.geometry import Region
from text_recognizer.layout.bows import STRAIGHT, Bow, bow_at
from text_recognizer.layout.fitting import Fit, fit_all
from text_recognizer.layout.kernels import extend, line_map
from text_recognizer.layout.reading_order import reading_order

REACH_HEIGHTS = 0.6  # how far ascenders and descenders reach out of a line, in heights of it


@dataclass(frozen=True)
class TextLine:
    """One line of text on a page; lengths in pixels of the page.

    ```python
    from text_recognizer.layout.lines import TextLine
    from text_recognizer.geometry import Region

    line = TextLine(Region(40, 20, 560, 60), slope=0.0, middle=40.0, above=20.0, below=20.0)
    print(line.height)
    ```

    Attributes:
        region: Box around the line.
        slope: Rise of the straight line through its middle per column; positive = downwards to the right.
        middle: Row of that straight line at column 0.
        above: How far the line reaches above its middle.
        below: How far it reaches below.
        bow: How its middle leaves the straight line between the ends of `region`.
    """

    region: Region
    slope: float
    middle: float
    above: float
    below: float
    bow: Bow = STRAIGHT

    @property
    def height(self) -> float:
        """Height of the line itself, without the slope that its box includes."""
        return self.above + self.below

    def reduced(self, factor: float) -> "TextLine":
        """Return the line on the page in 1 / `factor` of its size."""
        box = self.region
        x1, y1, x2, y2 = (round(value / factor) for value in (box.x1, box.y1, box.x2, box.y2))
        return TextLine(
            Region(x1, y1, max(x2, x1 + 1), max(y2, y1 + 1)),
            self.slope,
            self.middle / factor,
            self.above / factor,
            self.below / factor,
            (self.bow[0] / factor, self.bow[1] / factor),
        )

    def as_fit(self) -> Fit:
        """Return the line as the reading order takes it."""
        box = (self.region.x1, self.region.y1, self.region.x2, self.region.y2)
        return Fit(box, self.slope, self.middle, self.above, self.below, self.height, self.bow)

    def middle_at(self, columns: Indices | Reals) -> Reals:
        """Return the row of the line's middle at columns of any shape, (N,) for example."""
        straight = np.asarray(self.middle + self.slope * columns)
        if self.bow == STRAIGHT:
            return straight
        return straight + bow_at(columns, self.region.x1, self.region.x2, self.bow)


@dataclass(frozen=True)
class PageLayout:
    """The lines of a page.

    ```python
    import numpy as np
    from text_recognizer.layout.kernels import kernel_map
    from text_recognizer.layout.lines import find_lines

    labels = np.zeros((100, 300), np.uint8)
    labels[10:30, 20:280], labels[40:60, 20:200] = 1, 2  # two lines
    layout = find_lines(kernel_map(labels), 1.0, (100, 300))
    print(layout.regions)
    ```

    Attributes:
        lines: In reading order.
        labels: (h, w) uint8: 0 background, 1 odd lines (the first, third ...), 2 even lines.
        owners: (h, w) int32, which line a pixel belongs to, ascenders and descenders included; -1 = none.
        scale: Pixels of these maps per pixel of the page.
        bridged: Share of the kernels' pixels in which they had run into each other, see `bridges`; 0-1.
    """

    lines: tuple[TextLine, ...]
    labels: LabelMap
    owners: IndexMap
    scale: float
    bridged: float = 0.0

    @property
    def regions(self) -> list[Region]:
        """The boxes of the lines in reading order."""
        return [line.region for line in self.lines]

    def reduced(self, factor: float) -> "PageLayout":
        """Return the layout of the page in 1 / `factor` of its size; the maps stay as they are."""
        if factor == 1:
            return self
        lines = tuple(line.reduced(factor) for line in self.lines)
        return replace(self, lines=lines, scale=self.scale * factor)

    @property
    def line_height(self) -> float:
        """Median height of the lines in pixels of the maps; 0 without lines."""
        if not self.lines:
            return 0.0
        return self.scale * float(np.median([line.height for line in self.lines]))


def find_lines(kernels: KernelMap, scale: float, page_shape: tuple[int, int]) -> PageLayout:
    """Turn what the detector sees into text lines.

    Args:
        kernels: (h, w) uint8: BACKGROUND, KERNEL or BORDER, see `kernels.kernel_map`.
        scale: Pixels of `kernels` per pixel of the page.
        page_shape: (H, W) of the page; regions are clipped to it.

    Returns:
        The lines in reading order, see `reading_order`.
    """
    found, bridged = line_map(kernels)
    fits = fit_all(found, int(found.max()) + 1)
    order = reading_order(fits)
    rank = np.full(len(fits) + 1, -1, np.int32)  # one more, which index -1 (no line) finds
    rank[order] = np.arange(len(order))
    lines = tuple(_to_page(fits[index], scale, page_shape) for index in order)
    thickness = float(np.median([fit.thickness for fit in fits])) if fits else 0.0
    ranks = rank[found]
    labels = np.append(1 + np.arange(len(order)) % 2, 0).astype(np.uint8)[ranks]
    return PageLayout(lines, labels, extend(ranks, round(REACH_HEIGHTS * thickness)), scale, bridged)


def resampled(owners: IndexMap, factor: float, shape: tuple[int, int]) -> IndexMap:
    """Return a map (h, w) of lines in another shape; `factor` pixels of the map are one of the result."""
    rows, columns = (
        np.minimum((np.arange(size) * factor).astype(np.int64), last - 1)
        for size, last in zip(shape, owners.shape, strict=True)
    )
    return np.asarray(owners[rows][:, columns])  # half of the time of both at once


def _to_page(fit: Fit, scale: float, page_shape: tuple[int, int]) -> TextLine:
    """Scale a line to pixels of the page."""
    x1, y1, x2, y2 = (round(value / scale) for value in fit.box)
    height, width = page_shape
    region = Region(min(x1, width - 1), min(y1, height - 1), min(x2, width), min(y2, height))
    middle, above, below, *bow = (value / scale for value in (fit.intercept, fit.above, fit.below, *fit.bow))
    return TextLine(region, fit.slope, middle, above, below, (bow[0], bow[1]))
