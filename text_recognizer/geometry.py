"""Label map of a page -> text lines in reading order, and the straightened crop of one line.

The detector labels every pixel as background (0), odd line (1) or even line (2), so that lines
which touch each other fall apart into components of different labels.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.components import connected_components
from text_recognizer.types import Region

Float = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

BACKGROUND, ODD_LINE, EVEN_LINE = 0, 1, 2

# All lengths are in units of the typical thickness of the page's lines.
_MIN_THICKNESS = 0.35  # thinner components are specks
_MIN_WIDTH = 0.4
_MAX_GAP = 2.5  # fragments of one line stand closer than this
_MAX_GAP_OTHER_LABEL = 1.0  # ... if the detector changed its mind within the line
_MAX_STEP = 0.5  # ... and their middles continue each other within this
_REACH = 0.6  # ascenders and descenders reach this far out of a line
_MARGIN = 0.15  # of a line's height: added around a crop
_FOREIGN_PART = 0.5  # an ink component with more than this in other lines belongs to them
_SHARED_PART = 0.15  # one with less than this in other lines belongs to its own line alone


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
        owners: (h, w) int32, which line a pixel of the label map belongs to, ascenders and
            descenders included; -1 = none.
        scale: Pixels of the label map per pixel of the page.
    """

    lines: tuple[TextLine, ...]
    owners: npt.NDArray[np.int32]
    scale: float

    @property
    def regions(self) -> list[Region]:
        """The boxes of the lines in reading order."""
        return [line.region for line in self.lines]


def detect_regions(labels: Labels, scale: float, page_shape: tuple[int, int]) -> list[Region]:
    """Return the boxes of the lines only; see `find_lines`."""
    return find_lines(labels, scale, page_shape).regions


def find_lines(labels: Labels, scale: float, page_shape: tuple[int, int]) -> PageLayout:
    """Turn a label map into text lines.

    Args:
        labels: (h, w) uint8 with the values 0, 1, 2.
        scale: Pixels of `labels` per pixel of the page.
        page_shape: (H, W) of the page; regions are clipped to it.

    Returns:
        The lines, top to bottom along the page's slant; side by side ones left to right.
    """
    groups = _line_map(labels)
    fits = [_fit(groups, index) for index in range(int(groups.max()) + 1)]
    slant = _page_slant(fits)
    order = sorted(range(len(fits)), key=lambda i: _reading_key(fits[i], slant))
    rank = np.full(len(fits) + 1, -1, np.int64)
    rank[order] = np.arange(len(order))
    lines = tuple(_to_page(fits[index], scale, page_shape) for index in order)
    thickness = float(np.median([fit.thickness for fit in fits])) if fits else 0.0
    owners = _extend(rank[groups].astype(np.int32), round(_REACH * thickness))
    return PageLayout(lines, owners, scale)


def crop_line(ink: Float, layout: PageLayout, index: int) -> Float:
    """Cut one line out of a page: level, with a small margin, without its neighbours' ink.

    Columns are shifted so that the line's middle is level. Connected ink that lies mostly in
    other lines is erased; ink that joins lines is cut at the border between them.

    Args:
        ink: (H, W) ink map of the whole page, see `preprocessing.ink_map`.
        layout: The page's lines.
        index: Which of them.

    Returns:
        (h, w) float32 ink map of the line.
    """
    line = layout.lines[index]
    margin = _MARGIN * (line.above + line.below)
    x1 = max(0, int(line.region.x1 - margin))
    x2 = min(ink.shape[1], int(line.region.x2 + margin) + 1)
    columns = np.arange(x1, x2)
    offsets = np.arange(-np.ceil(line.above + margin), np.ceil(line.below + margin) + 1)
    rows = offsets[:, None] + (line.middle + line.slope * columns)[None, :]  # (h, w) in page pixels
    crop = _sample_rows(ink, rows, columns)
    limits = np.array(layout.owners.shape)[:, None, None] - 1
    at = np.stack([rows * layout.scale, np.broadcast_to(columns * layout.scale, rows.shape)])
    y, x = np.clip(at.astype(np.int64), 0, limits)
    owners = layout.owners[y, x]
    return np.where(_foreign(crop, owners, index), np.float32(0), crop)


def _sample_rows(ink: Float, rows: npt.NDArray[np.float64], columns: Ints) -> Float:
    """Return ink at fractional rows (linear) and whole columns; 0 outside of the page."""
    padded = np.pad(ink, ((1, 1), (0, 0)))
    rows = np.clip(rows + 1, 0, ink.shape[0] + 1)
    upper = np.minimum(rows.astype(np.int64), ink.shape[0])
    part = (rows - upper).astype(np.float32)
    at = np.broadcast_to(columns, rows.shape)
    return padded[upper, at] * (1 - part) + padded[upper + 1, at] * part


def _foreign(crop: Float, owners: npt.NDArray[np.int32], index: int) -> npt.NDArray[np.bool_]:
    """Tell for every pixel of a crop whether its ink belongs to another line than `index`."""
    components = connected_components(crop > 0.1)
    part_of = components.paint()
    inked = part_of >= 0
    others = (owners != index) & (owners >= 0)
    count = components.count
    foreign = np.bincount(part_of[inked & others], minlength=count)
    own = np.bincount(part_of[inked & (owners == index)], minlength=count)
    share = foreign / np.maximum(foreign + own, 1)  # (count,)
    share = np.append(share, 0)  # for part_of == -1: faint pixels follow their owner
    return (share[part_of] > _FOREIGN_PART) | (others & ((share[part_of] > _SHARED_PART) | ~inked))


@dataclass(frozen=True)
class _Fit:
    """A line in pixels of the label map: box x1, y1, x2, y2, middle = intercept + slope * x."""

    box: tuple[int, int, int, int]
    slope: float
    intercept: float
    above: float
    below: float
    thickness: float

    def middle_at(self, x: float) -> float:
        return self.intercept + self.slope * x


def _line_map(labels: Labels) -> npt.NDArray[np.int64]:
    """Return (h, w): index of the line of each pixel, -1 = none; specks dropped, fragments joined."""
    parts = np.full(labels.shape, -1, np.int64)
    kinds: list[int] = []
    for kind in (ODD_LINE, EVEN_LINE):
        components = connected_components(labels == kind)
        painted = components.paint()
        parts = np.where(painted >= 0, painted + len(kinds), parts)
        kinds += [kind] * components.count
    fits = [_fit(parts, index) for index in range(len(kinds))]
    kept = _drop_specks(fits)
    new_index = np.full(len(kinds) + 1, -1, np.int64)
    for line, members in enumerate(_join(kept, fits, kinds)):
        new_index[members] = line
    return new_index[parts]


def _fit(parts: npt.NDArray[np.int64], index: int) -> _Fit:
    """Measure one part: box, thickness and a straight middle (least squares, damped for short parts)."""
    mask = parts == index
    columns = np.flatnonzero(mask.any(axis=0))
    rows = np.flatnonzero(mask.any(axis=1))
    x1, x2, y1, y2 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    inside = mask[y1:y2, columns]
    tops = y1 + np.argmax(inside, axis=0)
    bottoms = y2 - np.argmax(inside[::-1], axis=0)
    thickness = float(inside.sum(axis=0).mean())
    middles = (tops + bottoms) / 2
    centred = columns - columns.mean()
    slope = float((centred * middles).sum() / ((centred**2).sum() + len(columns) * thickness**2))
    intercept = float(middles.mean() - slope * columns.mean())
    line = intercept + slope * columns
    above = float(np.percentile(line - tops, 90))
    below = float(np.percentile(bottoms - line, 90))
    return _Fit((int(x1), int(y1), int(x2), int(y2)), slope, intercept, above, below, thickness)


def _drop_specks(fits: list[_Fit]) -> list[int]:
    """Return the indices of the parts that are big enough to hold text, left to right."""
    if not fits:
        return []
    widths = np.array([fit.box[2] - fit.box[0] for fit in fits])
    thickness = np.array([fit.thickness for fit in fits])
    order = np.argsort(thickness)
    weight = np.cumsum(widths[order])
    typical = thickness[order][np.searchsorted(weight, weight[-1] / 2)]  # median over columns
    kept = np.flatnonzero((thickness > _MIN_THICKNESS * typical) & (widths > _MIN_WIDTH * typical))
    return sorted(kept.tolist(), key=lambda i: fits[i].box[0])


def _join(kept: list[int], fits: list[_Fit], kinds: list[int]) -> list[list[int]]:
    """Group parts that continue each other from left to right."""
    lines: list[list[int]] = []
    for index in kept:
        best = min(
            (line for line in lines if _continues(fits[line[-1]], fits[index], kinds[line[-1]] == kinds[index])),
            key=lambda line: abs(_step(fits[line[-1]], fits[index])),
            default=None,
        )
        if best is None:
            lines.append([index])
        else:
            best.append(index)
    return lines


def _continues(left: _Fit, right: _Fit, same_label: bool) -> bool:
    """Tell whether `right` goes on where `left` ends."""
    thickness = max(left.thickness, right.thickness)
    gap = right.box[0] - left.box[2]
    limit = _MAX_GAP if same_label else _MAX_GAP_OTHER_LABEL
    return -0.5 * thickness < gap < limit * thickness and abs(_step(left, right)) < _MAX_STEP * thickness


def _step(left: _Fit, right: _Fit) -> float:
    """Return the vertical offset between the middles where two parts face each other."""
    x = (left.box[2] + right.box[0]) / 2
    return right.middle_at(x) - left.middle_at(x)


def _page_slant(fits: list[_Fit]) -> float:
    """Return the slope of the page's lines: the mean, weighted by width."""
    if not fits:
        return 0.0
    widths = [fit.box[2] - fit.box[0] for fit in fits]
    return float(np.average([fit.slope for fit in fits], weights=widths))


def _reading_key(fit: _Fit, slant: float) -> tuple[float, int]:
    """Return what orders lines: the row after levelling the page, then the column."""
    x = (fit.box[0] + fit.box[2]) / 2
    return fit.middle_at(x) - slant * x, fit.box[0]


def _to_page(fit: _Fit, scale: float, page_shape: tuple[int, int]) -> TextLine:
    """Scale a line to pixels of the page."""
    x1, y1, x2, y2 = (round(value / scale) for value in fit.box)
    height, width = page_shape
    region = Region(min(x1, width - 1), min(y1, height - 1), min(x2, width), min(y2, height))
    return TextLine(region, fit.slope, fit.intercept / scale, fit.above / scale, fit.below / scale)


def _extend(owners: npt.NDArray[np.int32], reach: int) -> npt.NDArray[np.int32]:
    """Give free pixels to the nearest line above or below in their column, at most `reach` away."""
    rows = np.arange(owners.shape[0])[:, None]
    above = np.maximum.accumulate(np.where(owners >= 0, rows, -1), axis=0)
    below = np.minimum.accumulate(np.where(owners >= 0, rows, 1 << 30)[::-1], axis=0)[::-1]
    to_above = np.where(above >= 0, rows - above, 1 << 30)
    nearest = np.where(to_above <= below - rows, above, np.minimum(below, owners.shape[0] - 1))
    near = np.minimum(to_above, below - rows) <= reach
    return np.where(near, np.take_along_axis(owners, nearest, axis=0), np.int32(-1))
