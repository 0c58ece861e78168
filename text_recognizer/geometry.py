"""Label map of a page -> text lines in reading order, and the straightened crop of one line.

The detector labels every pixel as background, core of a line or rim of a line, see `line_parts`: cores of
lines are apart even where the lines touch.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.components import connected_components
from text_recognizer.line_parts import Fit, extend, fit_all, line_map
from text_recognizer.types import Region

Float = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_REACH = 0.6  # ascenders and descenders reach this far out of a line (of its height)
_COLUMN_LINES = 3  # fewer lines are no column of text
_MARGIN = 0.6  # of a line's height: added on both sides of a crop, for the comma or dash at its end
_INK = 0.1  # weaker ink does not connect
_CORE = 0.25  # of a line's height: so close to its middle only its own ink runs
_STRIP = 2**18  # pixels that are worked on at once


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
    slant = _page_slant(fits)
    order = [
        index
        for column in _columns(fits)
        for index in sorted(column, key=lambda i: _reading_key(fits[i], slant))
    ]
    rank = np.full(len(fits) + 1, -1, np.int64)
    rank[order] = np.arange(len(order))
    lines = tuple(_to_page(fits[index], scale, page_shape) for index in order)
    thickness = float(np.median([fit.thickness for fit in fits])) if fits else 0.0
    line_of = rank[groups].astype(np.int32)
    labels = np.where(line_of >= 0, 1 + line_of % 2, 0).astype(np.uint8)
    return PageLayout(lines, labels, extend(line_of, round(_REACH * thickness)), scale)


def crop_left(layout: PageLayout, index: int) -> int:
    """Return the column of the page at which the crop of a line begins."""
    line = layout.lines[index]
    return max(0, int(line.region.x1 - _MARGIN * (line.above + line.below)))


def crop_line(ink: Float, layout: PageLayout, index: int) -> Float:
    """Cut one line out of a page: level, with its ascenders and descenders, without its neighbours' ink.

    Columns are shifted so that the line's middle is level. Connected ink goes to the line whose core
    it touches; ink that touches the cores of several lines is cut at the border between them.

    Args:
        ink: (H, W) ink map of the whole page, see `ink.ink_map`.
        layout: The page's lines.
        index: Which of them.

    Returns:
        (h, w) float32 ink map of the line.
    """
    line = layout.lines[index]
    height = line.above + line.below
    x1 = crop_left(layout, index)
    x2 = min(ink.shape[1], int(line.region.x2 + _MARGIN * height) + 1)
    reach = _REACH * height
    offsets = np.arange(-np.ceil(line.above + reach), np.ceil(line.below + reach) + 1)
    step = max(1, _STRIP // len(offsets))
    strips = [np.arange(left, min(left + step, x2)) for left in range(x1, x2, step)]
    parts = [_look(ink, layout, index, offsets, columns) for columns in strips]
    crop, owners, core = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    del parts
    crop *= _own_ink(crop, owners, core, index)
    kept = (crop > _INK).any(axis=1) | ((offsets >= -line.above) & (offsets <= line.below))
    return np.asarray(crop[np.argmax(kept) : len(kept) - np.argmax(kept[::-1])])


def _look(
    ink: Float, layout: PageLayout, index: int, offsets: npt.NDArray[np.float64], columns: Ints
) -> tuple[Float, npt.NDArray[np.int32], Bools]:
    """Return the ink of some columns of a line, levelled, whose line each pixel is, and where cores are.

    Args:
        ink: As `crop_line`.
        layout: As `crop_line`.
        index: As `crop_line`.
        offsets: (h,) rows, counted from the line's middle.
        columns: (w,) columns of the page.

    Returns:
        (h, w) each: float32 ink, int32 line of `layout.lines` or -1, bool.
    """
    line = layout.lines[index]
    rows = offsets[:, None] + (line.middle + line.slope * columns)[None, :]  # (h, w) in page pixels
    y = np.clip((rows * layout.scale).astype(np.int64), 0, layout.owners.shape[0] - 1)
    x = np.clip((columns * layout.scale).astype(np.int64), 0, layout.owners.shape[1] - 1)
    owners = layout.owners[y, x]
    core = _in_core(layout.lines, owners, rows, columns)
    beside = (columns < line.region.x1) | (columns >= line.region.x2)
    within = (offsets >= -line.above) & (offsets <= line.below)
    owners[(layout.labels[y, x] == 0) & beside & within[:, None]] = index
    return _sample_rows(ink, rows, columns), owners, core


def _sample_rows(ink: Float, rows: npt.NDArray[np.float64], columns: Ints) -> Float:
    """Return ink at fractional rows (linear) and whole columns; 0 outside of the page."""
    last = ink.shape[0] - 1
    inside = (rows >= 0) & (rows <= last)
    rows = np.clip(rows, 0, last)
    upper = rows.astype(np.int64)
    lower = np.minimum(upper + 1, last)
    part = (rows - upper).astype(np.float32)
    sampled = ink[upper, columns] * (1 - part) + ink[lower, columns] * part
    return np.where(inside, sampled, np.float32(0))


def _in_core(
    lines: tuple[TextLine, ...], owners: npt.NDArray[np.int32], rows: npt.NDArray[np.float64], columns: Ints
) -> Bools:
    """Tell which pixels lie near the middle of their line, where other lines' tails do not reach."""
    middles = np.array([line.middle for line in lines])[owners]
    slopes = np.array([line.slope for line in lines])[owners]
    heights = np.array([line.above + line.below for line in lines])[owners]
    return np.asarray((owners >= 0) & (np.abs(rows - middles - slopes * columns) < _CORE * heights))


def _own_ink(crop: Float, owners: npt.NDArray[np.int32], core: Bools, index: int) -> Bools:
    """Tell which pixels of a crop hold ink of line `index`; faint pixels follow their owner."""
    components = connected_components(crop > _INK)
    part_of = components.paint()  # (h, w), -1 = faint
    owned = owners == index
    others = (owners >= 0) & ~owned

    def count(where: Bools) -> Ints:
        # One more than there are: index -1, faint pixels.
        return np.bincount(part_of[(part_of >= 0) & where], minlength=components.count + 1)

    own_core, other_core = count(core & owned) > 0, count(core & others) > 0
    nowhere = ~own_core & ~other_core
    whole = (own_core & ~other_core) | (nowhere & (count(owned) > count(others)))
    cut = own_core & other_core
    cut[-1] = True
    return np.asarray(whole[part_of] | (cut[part_of] & owned))


def _page_slant(fits: list[Fit]) -> float:
    """Return the slope of the page's lines: the mean, weighted by width."""
    if not fits:
        return 0.0
    widths = [fit.box[2] - fit.box[0] for fit in fits]
    return float(np.average([fit.slope for fit in fits], weights=widths))


def _columns(fits: list[Fit]) -> list[list[int]]:
    """Group lines into columns of text: between them is a blank stripe, on both sides several lines."""
    columns: list[list[int]] = []
    end = 0.0
    for index in sorted(range(len(fits)), key=lambda i: fits[i].box[0]):
        if not columns or fits[index].box[0] > end:
            columns.append([])
        columns[-1].append(index)
        end = max(end, fits[index].box[2])
    if min((len(column) for column in columns), default=0) < _COLUMN_LINES:
        return [list(range(len(fits)))]
    return columns


def _reading_key(fit: Fit, slant: float) -> tuple[float, int]:
    """Return what orders lines: the row after levelling the page, then the column."""
    x = (fit.box[0] + fit.box[2]) / 2
    return fit.middle_at(x) - slant * x, fit.box[0]


def _to_page(fit: Fit, scale: float, page_shape: tuple[int, int]) -> TextLine:
    """Scale a line to pixels of the page."""
    x1, y1, x2, y2 = (round(value / scale) for value in fit.box)
    height, width = page_shape
    region = Region(min(x1, width - 1), min(y1, height - 1), min(x2, width), min(y2, height))
    return TextLine(region, fit.slope, fit.intercept / scale, fit.above / scale, fit.below / scale)
