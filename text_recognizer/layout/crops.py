"""One line cut out of a page's ink: level, without its neighbours' ink."""

from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import Flags, Floats, Indices, InkMap, Reals
from text_recognizer.images import twin
from text_recognizer.images.components import Components, Runs, connected_components, horizontal_runs
from text_recognizer.layout.bows import STRAIGHT, bow_at
from text_recognizer.layout.lines import REACH_HEIGHTS, PageLayout, TextLine

_MARGIN_HEIGHTS = 0.6  # a line's heights on both sides of its crop: room for the comma or dash at its end
_MIN_INK = 0.1  # weaker ink does not connect strokes
_MIDDLE_HEIGHTS = 0.25  # within this fraction of the line height around the middle, ink belongs to the line


class LineCrop(NamedTuple):
    """One line cut out of a page, level.

    ```python
    import numpy as np
    from text_recognizer.layout.crops import crop_left, crop_line
    from text_recognizer.layout.kernels import kernel_map
    from text_recognizer.layout.lines import find_lines

    labels = np.zeros((100, 300), np.uint8)
    labels[10:30, 20:280] = 1  # one line
    ink = np.where(labels == 1, np.float32(1), np.float32(0))
    layout = find_lines(kernel_map(labels), 1.0, (100, 300))
    crop = crop_line(ink, layout, 0)
    print(crop.ink.shape, crop.top, crop_left(layout, 0))
    ```

    Attributes:
        ink: (h, w) float32 ink map of the line; its columns are those of the page from `crop_left` on.
        top: Its first row, counted from the line's middle: negative above it.
    """

    ink: InkMap
    top: int


def crop_left(layout: PageLayout, index: int) -> int:
    """Return the column of the page at which the crop of a line begins."""
    line = layout.lines[index]
    return max(0, int(line.region.x1 - _MARGIN_HEIGHTS * line.height))


def crop_line(ink: InkMap, layout: PageLayout, index: int) -> LineCrop:
    """Cut one line out of a page: level, with its ascenders and descenders, without its neighbours' ink.

    Each column is shifted so that the line's middle is level. Connected ink goes to the line whose middle it
    touches; ink that touches the middles of several lines is cut at the border between them.

    Args:
        ink: (H, W) ink map of the whole page, see `ink.ink_map`.
        layout: The page's lines.
        index: Which of them.
    """
    line = layout.lines[index]
    x1 = crop_left(layout, index)
    x2 = min(ink.shape[1], int(line.region.x2 + _MARGIN_HEIGHTS * line.height) + 1)
    reach = REACH_HEIGHTS * line.height
    offsets = np.arange(-np.ceil(line.above + reach), np.ceil(line.below + reach) + 1)
    columns = np.arange(x1, x2)
    crop = _sample_rows(ink, offsets, line.middle_at(columns), x1)
    _keep_own(crop, layout, index, offsets, columns)
    kept = (crop > _MIN_INK).any(axis=1) | ((offsets >= -line.above) & (offsets <= line.below))
    first = int(np.argmax(kept))
    return LineCrop(np.asarray(crop[first : len(kept) - np.argmax(kept[::-1])]), int(offsets[first]))


def _sample_rows(ink: InkMap, offsets: Reals, middles: Reals, left: int) -> InkMap:
    """Return ink (H, W) at whole columns and fractional rows, (h, w), linear; 0 outside of the page.

    Args:
        ink: Of the page.
        offsets: (h,) whole numbers that follow each other.
        middles: (w,) rows of the page: a column is taken at `middles` + `offsets`.
        left: First column.
    """
    if twin.is_installed():
        return twin.sample_rows(ink, int(offsets[0]), len(offsets), middles, left)
    last = ink.shape[0] - 1
    upper = np.floor(middles)
    share = (middles - upper).astype(np.float32)  # the lower row's, which is the same in a whole column
    values = np.empty((len(offsets) + 1, len(middles)), np.float32)
    # Lines are nearly level: many columns that follow each other take the same rows.
    ends = [*np.flatnonzero(np.diff(upper)) + 1, len(middles)]
    inside = True
    for begin, end in zip([0, *ends], ends, strict=False):
        top = int(offsets[0] + upper[begin])
        bottom = top + len(offsets) + 1
        part = ink[:, left + begin : left + end]
        if top >= 0 and bottom <= len(ink):
            values[:, begin:end] = part[top:bottom]
        else:
            values[:, begin:end] = part[np.clip(np.arange(top, bottom), 0, last)]
            inside = False
    sampled = values[:-1] * (1 - share)
    sampled += values[1:] * share
    if not inside:
        exact = offsets[:, None] + middles
        sampled[(exact < 0) | (exact > last)] = 0
    return sampled


def _keep_own(crop: InkMap, layout: PageLayout, index: int, offsets: Reals, columns: Indices) -> None:
    """Erase the ink of other lines from a crop (h, w), in place.

    Args:
        crop: Line `index`, level.
        layout: The page's lines.
        index: Which of them.
        offsets: (h,) rows, counted from the line's middle.
        columns: (w,) columns of the page.
    """
    line = layout.lines[index]
    middles = line.middle_at(columns)

    def places(runs: Runs) -> tuple[Indices, Reals, Indices]:
        """Return the line of each run, and row and column of the page in its middle, (R,) each.

        Runs are as short as strokes are wide: what their middle tells holds for all of them.
        """
        if twin.is_installed():
            measures = (index, line.region.x1, line.region.x2, line.above, line.below)
            maps = layout.owners, layout.labels
            left = int(columns[0])
            return twin.run_owners(
                runs.places, runs.shape, offsets, middles, left, maps, layout.scale, measures
            )
        within = (runs.starts + runs.ends) // 2
        rows = offsets[runs.rows] + middles[within]
        return _owners(layout, index, offsets[runs.rows], rows, columns[within]), rows, columns[within]

    inked = crop > np.float32(_MIN_INK)
    components = connected_components(inked)
    faint = horizontal_runs((crop > 0) & ~inked)
    owners, rows, in_columns = places(components.runs)
    own = _own_runs(components, owners, _in_middle(layout.lines, owners, rows, in_columns), index)
    components.runs.erase(~own, crop)
    faint.erase(places(faint)[0] != index, crop)


def _owners(layout: PageLayout, index: int, offsets: Reals, rows: Reals, columns: Indices) -> Indices:
    """Return the line of each place of a crop, (N,), -1 = none.

    Args:
        layout: The page's lines.
        index: Which of them was cut out.
        offsets: (N,) rows, counted from the line's middle.
        rows: (N,) of the page.
        columns: (N,) of the page.
    """
    line = layout.lines[index]
    y = np.clip((rows * layout.scale).astype(np.int64), 0, layout.owners.shape[0] - 1)
    x = np.clip((columns * layout.scale).astype(np.int64), 0, layout.owners.shape[1] - 1)
    owners = layout.owners[y, x].astype(np.int64)
    # In front of and behind the line, what no line was found on is its own: the comma at its end.
    beside = (columns < line.region.x1) | (columns >= line.region.x2)
    beside &= (offsets >= -line.above) & (offsets <= line.below)
    owners[beside & (layout.labels[y, x] == 0)] = index
    return owners


def _in_middle(lines: tuple[TextLine, ...], owners: Indices, rows: Reals, columns: Indices) -> Flags:
    """Tell which places (N,) lie near the middle of their line, where no other line's strokes reach.

    Args:
        lines: The page's lines.
        owners: (N,) line of each place, -1 = none.
        rows: (N,) of the page.
        columns: (N,) of the page.
    """
    reach = np.array([_MIDDLE_HEIGHTS * line.height for line in lines], np.float32)[owners]
    near = np.abs(rows.astype(np.float32) - _middles(lines, owners, columns)) < reach
    return np.asarray((owners >= 0) & near)


def _middles(lines: tuple[TextLine, ...], owners: Indices, columns: Indices) -> Floats:
    """Return the row of the middle of the line that owns each place, at its column; (N,) each."""
    values = [(line.middle, line.slope, *line.bow, line.region.x1, line.region.x2) for line in lines]
    middle, slope, second, third, x1, x2 = np.array(values, np.float32).T
    straight = middle[owners] + slope[owners] * columns.astype(np.float32)
    if all(line.bow == STRAIGHT for line in lines):
        return np.asarray(straight)
    return np.asarray(
        straight + bow_at(columns, x1[owners], x2[owners], (second[owners], third[owners])), np.float32
    )


def _own_runs(components: Components, owner: Indices, near: Flags, index: int) -> Flags:
    """Tell which runs of ink, (R,), belong to line `index`.

    A connected component belongs to the line whose middle it touches, wherever its ends reach. If it touches
    none, it belongs to the owner of most of its pixels; if it touches several, each run follows its owner.

    Args:
        components: Of the ink of a crop.
        owner: (R,) the line of each run, -1 = none.
        near: (R,) whether it lies in the middle of that line.
        index: The line.
    """
    if twin.is_installed():
        runs, labels = components.runs, components.labels
        return twin.own_runs(runs.places, runs.shape, labels, components.count, owner, near, index)
    owned = owner == index
    others = (owner >= 0) & ~owned
    lengths = components.runs.lengths

    def count(where: Flags) -> Indices:
        """Return the pixels of each component in the runs that are flagged (R,)."""
        return np.bincount(components.labels, lengths * where, components.count).astype(np.int64)

    touches, touches_others = count(near & owned) > 0, count(near & others) > 0
    undecided = ~touches & ~touches_others
    whole = (touches & ~touches_others) | (undecided & (count(owned) > count(others)))
    shared = touches & touches_others
    return np.where(shared[components.labels], owned, whole[components.labels])
