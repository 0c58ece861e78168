"""Label map of a page -> text lines in reading order, and the straightened crop of one line.

The detector labels every pixel as background, core of a line or rim of a line, see `line_parts`: cores of
lines are apart even where the lines touch.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.layout.kernels import Fit, extend, fit_all, line_map
from text_recognizer.layout.reading_order import reading_order
from text_recognizer.types import Region

Labels = npt.NDArray[np.uint8]

REACH = 0.6  # ascenders and descenders reach this far out of a line (of its height)


@dataclass(frozen=True)
class TextLine:
    """One line of text on a page; lengths in pixels of the page.

    Attributes:
        region: Box around the line.
        slope: Rise of the line's middle per column; positive = downwards to the right.
        middle: Row of the line's middle at column 0.
        above: How far the line reaches above its middle.
        below: How far it reaches below.
    """

    region: Region
    slope: float
    middle: float
    above: float
    below: float


@dataclass(frozen=True)
class PageLayout:
    """The lines of a page.

    Attributes:
        lines: In reading order.
        labels: (h, w) uint8: 0 background, 1 odd lines (the first, third ...), 2 even lines.
        owners: (h, w) int32, which line a pixel belongs to, ascenders and descenders included; -1 = none.
        scale: Pixels of these maps per pixel of the page.
    """

    lines: tuple[TextLine, ...]
    labels: Labels
    owners: npt.NDArray[np.int32]
    scale: float

    @property
    def regions(self) -> list[Region]:
        """The boxes of the lines in reading order."""
        return [line.region for line in self.lines]

    @property
    def line_height(self) -> float:
        """Median height of the lines in pixels of the maps; 0 without lines."""
        if not self.lines:
            return 0.0
        return self.scale * float(np.median([line.above + line.below for line in self.lines]))


def find_lines(parts: Labels, scale: float, page_shape: tuple[int, int]) -> PageLayout:
    """Turn what the detector sees into text lines.

    Args:
        parts: (h, w) uint8: BACKGROUND, CORE or RIM of `line_parts`.
        scale: Pixels of `parts` per pixel of the page.
        page_shape: (H, W) of the page; regions are clipped to it.

    Returns:
        The lines, column by column; top to bottom along the page's slant, side by side ones left to right.
    """
    groups = line_map(parts)
    fits = fit_all(groups, int(groups.max()) + 1)
    order = reading_order(fits)
    rank = np.full(len(fits) + 1, -1, np.int64)
    rank[order] = np.arange(len(order))
    lines = tuple(_to_page(fits[index], scale, page_shape) for index in order)
    thickness = float(np.median([fit.thickness for fit in fits])) if fits else 0.0
    line_of = rank[groups].astype(np.int32)
    labels = np.where(line_of >= 0, 1 + line_of % 2, 0).astype(np.uint8)
    return PageLayout(lines, labels, extend(line_of, round(REACH * thickness)), scale)


def _to_page(fit: Fit, scale: float, page_shape: tuple[int, int]) -> TextLine:
    """Scale a line to pixels of the page."""
    x1, y1, x2, y2 = (round(value / scale) for value in fit.box)
    height, width = page_shape
    region = Region(min(x1, width - 1), min(y1, height - 1), min(x2, width), min(y2, height))
    return TextLine(region, fit.slope, fit.intercept / scale, fit.above / scale, fit.below / scale)
