"""Inner loops over pixels in C, where they were built: the same results, in a fraction of the time.

NumPy passes over all pixels once for each operation, and over all runs many times to join them. The twin is
optional, as that of the decoders is, see `decoding/twin.py`: what it replaces is the description and the
reference, and stands where it is called. Its source is in the folder `compiled`.
"""

import numpy as np

from text_recognizer.arrays import (
    Flags,
    Floats,
    GrayImage,
    IndexMap,
    Indices,
    InkMap,
    LabelMap,
    Mask,
    Pixels,
    Reals,
)

try:
    from text_recognizer.images.compiled import _pixels
except ImportError:  # it was not built, or for another machine
    _pixels = None  # type: ignore[assignment]

VERSION = 4  # of module.c: an older build is not used

_PIXELS_PER_RUN = 16  # at least, on most pages; others are looked through twice

Places = tuple[Indices, Indices, Indices]  # of runs: row, first column, and column behind the last one


def is_installed() -> bool:
    """Tell whether the twin is there; if not, its functions must not be called."""
    return _pixels is not None and _pixels.VERSION == VERSION


def _sides(array: Pixels) -> tuple[int, int]:
    """Return height and width of an array (H, W)."""
    return array.shape[0], array.shape[1]


def find_runs(mask: Mask) -> Places:
    """Return the horizontal runs of a mask (H, W), see `components.horizontal_runs`; (R,) each."""
    mask, room = np.ascontiguousarray(mask), mask.size // _PIXELS_PER_RUN + 1
    while True:
        rows, starts, ends = (np.empty(room, np.int64) for _ in range(3))
        count = _pixels.find(mask, *_sides(mask), rows, starts, ends)
        if count <= room:
            return rows[:count], starts[:count], ends[:count]
        room = count


def column_runs(regions: IndexMap) -> tuple[Indices, Indices, Indices, Indices]:
    """Return the vertical runs of one value in a map (h, w), see `fitting.column_runs`; (N,) each."""
    regions, room = np.ascontiguousarray(regions, np.int32), regions.size // _PIXELS_PER_RUN + 1
    while True:
        columns, tops, bottoms, values = [np.empty(room, np.int64) for _ in range(4)]
        count = _pixels.columns(regions, *_sides(regions), columns, tops, bottoms, values)
        if count <= room:
            return columns[:count], tops[:count], bottoms[:count], values[:count]
        room = count


def label_runs(runs: Places, shape: tuple[int, int]) -> tuple[Indices, int]:
    """Return the component of each run (R,), and their number, see `components.connected_components`."""
    labels = np.empty(len(runs[0]), np.int64)
    return labels, _pixels.label(*runs, *shape, labels)


def component_boxes(runs: Places, shape: tuple[int, int], labels: Indices, count: int) -> Indices:
    """Return the box of each component, (count, 4), see `Components.boxes`."""
    boxes = np.empty((count, 4), np.int64)
    _pixels.boxes(*runs, *shape, labels, boxes)
    return boxes


def component_maxima(
    runs: Places, shape: tuple[int, int], labels: Indices, count: int, values: Floats
) -> Floats:
    """Return the greatest of the values (H, W) on each component, (count,), see `Components.maxima`."""
    maxima = np.empty(count, np.float32)
    _pixels.maxima(*runs, *shape, labels, np.ascontiguousarray(values, np.float32), maxima)
    return maxima


def paint_runs(runs: Places, shape: tuple[int, int], values: Indices) -> IndexMap:
    """Return an image (H, W) with the value of each run, see `Runs.paint`."""
    painted = np.empty(shape, np.int32)
    _pixels.paint(*runs, *shape, np.ascontiguousarray(values, np.int64), painted)
    return painted


def erase_runs(runs: Places, shape: tuple[int, int], chosen: Flags, values: Floats) -> None:
    """Write 0 on the pixels of runs that are chosen, (R,), see `Runs.erase`; `values` is (H, W) in order."""
    _pixels.erase(*runs, *shape, np.ascontiguousarray(chosen), values)


def gathered(position: Floats, along: Floats, shears: Floats, reach: float) -> Indices:
    """Return how well shears (S,) gather points (N,), (S,), see `slope_slant.slope_and_slant`."""
    result = np.empty(len(shears), np.int64)
    _pixels.gather(position, along, shears, reach, result)
    return result


def sharpness(across: Floats, along: Floats, sines: Floats, cosines: Floats, reach: float) -> Reals:
    """Return how sharply turns (A,) divide points (N,) into rows, (A,), see `skew.find_direction`."""
    result = np.empty(len(sines))
    _pixels.sharpen(across, along, sines, cosines, reach, result)
    return result


def shift_rows(ink: InkMap, slant: float, room: int) -> InkMap:
    """Return ink (H, W) whose rows are shifted, (H, W + 2 room), see `slope_slant.py`."""
    shifted = np.empty((ink.shape[0], ink.shape[1] + 2 * room), np.float32)
    _pixels.shift(np.ascontiguousarray(ink, np.float32), *_sides(ink), slant, room, shifted)
    return shifted


def darkness(image: GrayImage, paper: Floats, upper: Indices, share: Floats, least: float) -> InkMap:
    """Return how much darker an image is than its paper, relative to that, see `ink.ink_map`.

    Args:
        image: (H, W).
        paper: (h, W) grey of the paper in some rows.
        upper: (H,) the row of `paper` above each row.
        share: (H,) that of the row of `paper` below it.
        least: Grey of paper to which darkness is relative where it is darker.
    """
    result = np.empty(image.shape, np.float32)
    image = np.ascontiguousarray(image)
    _pixels.darken(image, *_sides(image), paper, len(paper), upper, share, least, result)
    return result


def stretch(values: InkMap, floor: float, full: float) -> None:
    """Scale values (H, W) in place, so that `floor` becomes 0 and `full` 1, and cut off the others."""
    _pixels.stretch(values, floor, full - floor)


def sample_rows(ink: InkMap, first: int, rows: int, middles: Reals, left: int) -> InkMap:
    """Return ink (H, W) at fractional rows, (rows, w), see `crops.crop_line`.

    Args:
        ink: Of the page.
        first: First row of the result, counted from the middles.
        rows: Of the result.
        middles: (w,) row of the page for each column.
        left: First column.
    """
    sampled = np.empty((rows, len(middles)), np.float32)
    _pixels.sample(np.ascontiguousarray(ink, np.float32), *_sides(ink), middles, left, first, sampled)
    return sampled


def inked(ink: InkMap, least: float) -> tuple[Indices, Flags]:
    """Return how many pixels of each row of (H, W) have more ink than `least`, (H,), and which columns, (W,).

    See `ink.inked_rows_and_columns`.
    """
    rows, columns = np.empty(ink.shape[0], np.int64), np.empty(ink.shape[1], np.bool_)
    _pixels.inked(np.ascontiguousarray(ink, np.float32), *_sides(ink), least, rows, columns)
    return rows, columns


def resampled(ink: InkMap, width: int, height: int, box: bool) -> InkMap:
    """Return ink (H, W) scaled to (height, width), see `resizing.resize_ink`.

    Args:
        ink: The ink.
        width: Columns of the result.
        height: Rows of the result.
        box: Whether with Pillow's filter BOX, not BILINEAR.
    """
    scaled = np.empty((height, width), np.float32)
    _pixels.resample(np.ascontiguousarray(ink, np.float32), *_sides(ink), box, height, width, scaled)
    return scaled


def reach(ink: InkMap, least: float) -> tuple[Indices, Indices]:
    """Return how far the ink of each column of (H, W) reaches, (W,) each, see `outlines.outline`.

    Returns:
        The first row with more than `least`, H without any; and the row behind the last one, or 0.
    """
    tops, bottoms = np.empty((2, ink.shape[1]), np.int32)
    _pixels.reach(np.ascontiguousarray(ink, np.float32), *_sides(ink), least, tops, bottoms)
    return tops.astype(np.int64), bottoms.astype(np.int64)


def strokes(ink: InkMap, least: float) -> tuple[Indices, int, int]:
    """Return strokes in each row of (H, W), (H,), in all columns, and inked pixels, see `textness.py`."""
    along = np.empty(ink.shape[0], np.int64)
    area, down = _pixels.strokes(np.ascontiguousarray(ink, np.float32), *_sides(ink), least, along)
    return along, down, area


def edge_directions(padded: InkMap, least: float, sines: Floats, cosines: Floats) -> Reals:
    """Return the strengths of the edges of ink by direction, (D + 1,), see `kinds/features.py`.

    Args:
        padded: (H, W) with paper around it.
        least: Change of ink at an edge.
        sines: (D,) of the limits between directions.
        cosines: (D,) of them.
    """
    weights = np.empty(len(sines) + 1)
    _pixels.directions(np.ascontiguousarray(padded), *_sides(padded), least, sines, cosines, weights)
    return weights


def run_lengths(mask: Mask, upright: bool, limits: Indices) -> Indices:
    """Return how many runs of (H, W) have which length, (bins,), see `kinds/features.py`.

    Args:
        mask: The mask.
        upright: Whether runs go down columns, not along rows.
        limits: (bins,) least length of each bin.
    """
    counts = np.empty(len(limits), np.int64)
    _pixels.lengths(np.ascontiguousarray(mask), *_sides(mask), upright, limits, counts)
    return counts


def straight_edge(x: Reals, y: Reals, step: float, steps: int, width: int) -> tuple[float, float]:
    """Return slope and intercept of the line that most points (N,), (N,) lie near, see `outlines.py`."""
    return _pixels.edge(np.ascontiguousarray(x), np.ascontiguousarray(y), step, steps, width)


def run_owners(
    runs: Places,
    shape: tuple[int, int],
    offsets: Reals,
    middles: Reals,
    left: int,
    maps: tuple[IndexMap, LabelMap],
    scale: float,
    line: tuple[int, int, int, float, float],
) -> tuple[Indices, Reals, Indices]:
    """Return the line, and row and column of the page, of each run (R,) of a crop, see `crops.crop_line`.

    Args:
        runs: Of the crop.
        shape: (h, w) of the crop.
        offsets: (h,) its rows, counted from the line's middle.
        middles: (w,) row of the page of that middle.
        left: First column of the page.
        maps: (H, W) line of each pixel, and 0 where no line was found.
        scale: Pixels of the maps per pixel of the page.
        line: Its index, its first column, the one behind its last, and how far it reaches above and below.
    """
    count, (index, begin, end, above, below) = len(runs[0]), line
    owners, rows, columns = np.empty(count, np.int64), np.empty(count), np.empty(count, np.int64)
    map_owners, map_labels = np.ascontiguousarray(maps[0]), np.ascontiguousarray(maps[1])
    _pixels.owners(
        *runs, *shape, offsets, middles, map_owners, map_labels, *_sides(map_owners), scale,
        index, begin, end, above, below, left, owners, rows, columns,
    )  # fmt: skip
    return owners, rows, columns


def own_runs(
    runs: Places,
    shape: tuple[int, int],
    labels: Indices,
    count: int,
    owners: Indices,
    near: Flags,
    index: int,
) -> Flags:
    """Return which runs of a crop, (R,), belong to line `index`, see `crops.crop_line`."""
    own = np.empty(len(labels), np.bool_)
    _pixels.own(*runs, *shape, labels, count, owners, near, index, own)
    return own
