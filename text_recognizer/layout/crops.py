"""One line cut out of a page's ink: level, without its neighbours' ink."""

import numpy as np
import numpy.typing as npt

from text_recognizer.layout.components import connected_components
from text_recognizer.layout.lines import REACH, PageLayout, TextLine

Float = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_MARGIN = 0.6  # of a line's height: added on both sides of a crop, for the comma or dash at its end
_INK = 0.1  # weaker ink does not connect
_CORE = 0.25  # of a line's height: so close to its middle only its own ink runs
_STRIP = 2**18  # pixels that are worked on at once


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
    reach = REACH * height
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
