"""What tells print from handwriting in the ink of a line: straight strokes, equal letters, one baseline.

The features are common ones of the field, see Kavallieratou & Stamatatos, "Discrimination of machine-printed
from handwritten text using simple structural characteristics", ICPR 2004, and Zheng, Li & Doermann, "Machine
printed text and handwriting identification in noisy document images", IEEE TPAMI 26 (2004): directions of
strokes, lengths of runs, and how much components differ in size and place.
"""

import math

import numpy as np
from PIL import Image

from text_recognizer.arrays import Floats, Indices, InkMap, Mask, Reals
from text_recognizer.images import twin
from text_recognizer.images.components import connected_components
from text_recognizer.images.ink import inked_rows_and_columns
from text_recognizer.images.resizing import resize_ink, with_paper

_CORE_PX = 14  # height of small letters in the line as it is measured
_MAX_WIDTH_PX = 700  # of that line: 50 letters say enough
_MIN_INK = 0.5  # where a stroke ends, in a line whose pixels are averages
_CORE_SHARE = 0.4  # of the fullest row's ink: rows with more are those of the small letters
_DIRECTIONS = 12  # bins over half a turn
_MIN_GRADIENT = 0.1  # of ink per pixel; less is paper
# Sines and cosines of the angles between two directions.
_LIMITS = [
    wave((np.arange(_DIRECTIONS) + 0.5) * np.pi / _DIRECTIONS).astype(np.float32) for wave in (np.sin, np.cos)
]
_RUN_BINS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 14, 20, 1 << 30])  # pixels at which a bin of runs begins
_MIN_LETTER_CORES = 0.5  # height of a letter in heights of small letters; dots and commas are lower
_NEAR_CORES = 0.08  # letters that stand on a line end within this
FEATURES = _DIRECTIONS + 2 * (len(_RUN_BINS) - 1) + 16


def line_features(ink: InkMap) -> Reals | None:
    """Return the features, (FEATURES,), of the ink (H, W) of a line; None if it is blank."""
    line = _normalized(ink)
    if line is None:
        return None
    mask = np.asarray(line > np.float32(_MIN_INK))
    if not mask.any():
        return None
    parts = (_directions(line), _runs(mask, False), _runs(mask, True), _letters(mask), _rows(mask))
    return np.concatenate([np.asarray(part, np.float64) for part in parts])


def _normalized(ink: InkMap) -> InkMap | None:
    """Return a line (H, W) whose small letters are _CORE_PX high, cut to its ink; None if it is blank."""
    peak = float(ink.max(initial=0.0))
    if 0 < peak <= _MIN_INK:
        ink = np.asarray(ink / np.float32(peak))  # a line that is faint throughout is as good as any
    counts, inked = inked_rows_and_columns(ink, _MIN_INK)
    rows, columns = np.flatnonzero(counts), np.flatnonzero(inked)
    if rows.size == 0:
        return None
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # Rows that are as full as those of the small letters.
    scale = _CORE_PX / np.count_nonzero(counts > _CORE_SHARE * counts.max())
    cut = cut[:, : math.ceil(_MAX_WIDTH_PX / scale)]
    height = max(1, round(cut.shape[0] * scale))
    width = max(1, round(cut.shape[1] * scale))
    return resize_ink(cut, width, height, Image.Resampling.BILINEAR)


def _directions(line: InkMap) -> Reals:
    """Return the shares of edges (H, W) by direction, (_DIRECTIONS,): print has level and upright ones."""
    padded = with_paper(line, (1, 1), (1, 1))
    sums = twin.edge_directions if twin.is_installed() else _edge_directions
    weights = sums(padded, _MIN_GRADIENT, *_LIMITS)
    weights = np.append(weights[0] + weights[-1], weights[1:-1])  # a full turn is none
    return np.asarray(weights / max(1e-9, float(weights.sum())))


def _edge_directions(padded: InkMap, least: float, sines: Floats, cosines: Floats) -> Reals:
    """Return the sums of the edges of (H, W) by the limits (D,) that their directions reach, (D + 1,).

    A direction and its opposite are the same. It reaches a limit if it does not lie on its right.
    """
    down, along = _changes(padded), _changes(padded.T).T
    edges = np.abs(down) + np.abs(along) > np.float32(least)
    down, along = down[edges], along[edges]
    signs = np.where((down < 0) | ((down == 0) & (along < 0)), np.float32(-1), np.float32(1))
    reached = (signs * down) * cosines[:, None] >= (signs * along) * sines[:, None]  # (D, N)
    strengths = np.sqrt(down * down + along * along)
    weights = np.bincount(np.count_nonzero(reached, axis=0), strengths, len(sines) + 1)
    return np.asarray(weights, np.float64)


def _changes(padded: InkMap) -> InkMap:
    """Return the changes of ink (H, W) from row to row, at each row: `numpy.gradient` in half of its time."""
    changes = np.empty_like(padded)
    np.subtract(padded[2:], padded[:-2], out=changes[1:-1])
    changes[1:-1] *= np.float32(0.5)
    changes[0], changes[-1] = padded[1] - padded[0], padded[-1] - padded[-2]
    return changes


def _runs(mask: Mask, upright: bool) -> Reals:
    """Return the shares of runs of ink along the rows of (H, W), or down its columns, by length, (bins,)."""
    lengths = twin.run_lengths if twin.is_installed() else _run_lengths
    counts = lengths(mask, upright, _RUN_BINS[:-1])
    return np.asarray(counts / max(1, int(counts.sum())), np.float64)


def _run_lengths(mask: Mask, upright: bool, limits: Indices) -> Indices:
    """Return how many runs of (H, W) are at least as long as a limit, but not as the next one, (bins,)."""
    padded = np.pad(mask.T if upright else mask, ((0, 0), (1, 1)))
    edges = np.flatnonzero(padded[:, 1:] != padded[:, :-1])  # in each row, beginnings and ends in turns
    lengths = edges[1::2] - edges[::2]
    return np.bincount(np.searchsorted(limits, lengths, side="right") - 1, minlength=len(limits))


def _letters(mask: Mask) -> Reals:
    """Return how much the components of a line (H, W) that may be letters differ, (12,)."""
    components = connected_components(mask)
    boxes = components.boxes()
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    kept = heights >= _MIN_LETTER_CORES * _CORE_PX
    if np.count_nonzero(kept) < 2:
        return np.zeros(12)
    filled = components.areas()[kept] / (heights * widths)[kept]
    left, tops, bottoms = (boxes[kept, side] / _CORE_PX for side in (0, 1, 3))
    high, wide = heights[kept] / _CORE_PX, widths[kept] / _CORE_PX
    return np.array([
        *_spread_around_line(left, bottoms), *_spread_around_line(left, tops),
        _median(high), float(np.std(high)), _median(wide), min(9.0, float(np.std(wide))),
        _median(filled), float(np.std(filled)),
        _CORE_PX * len(high) / mask.shape[1], _repeated(high),
    ])  # fmt: skip


def _spread_around_line(x: Reals, y: Reals) -> tuple[float, float]:
    """Return how far points (N,) lie from a common row, and which share of them is very near to one.

    Args:
        x: Columns, (N,).
        y: Rows, (N,).
    """
    middle = _median(y)
    inner = np.abs(y - middle) < 0.5
    centred = x[inner] - x[inner].mean() if np.count_nonzero(inner) > 2 else np.zeros(1)
    slope = float((centred * y[inner]).sum() / (centred**2).sum()) if centred.any() else 0.0
    rest = y - slope * x
    rest = np.abs(rest - _median(rest))
    return _median(rest), float(np.mean(rest < _NEAR_CORES))


def _median(values: Reals) -> float:
    """Return the median of (N,): for the few letters of a line, `np.median` takes four times as long."""
    ordered = np.sort(values)
    return float((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)


def _repeated(heights: Reals) -> float:
    """Return the share of neighbours in the order of heights (N,) that are equal but for a pixel's third."""
    return float(np.mean(np.diff(np.sort(heights)) < 1 / (3 * _CORE_PX)))


def _rows(mask: Mask) -> Reals:
    """Return how suddenly the rows of a line (H, W) fill and empty, and its strokes' width, (4,)."""
    counts = mask.sum(axis=1, dtype=np.int64)
    filled = counts / max(1, int(counts.max()))
    steps = np.diff(filled, prepend=0.0, append=0.0)
    inner = mask[1:-1, 1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    area = int(np.count_nonzero(mask))
    outline = max(1, area - int(np.count_nonzero(inner)))
    return np.array([steps.max(), -steps.min(), 2 * area / outline / _CORE_PX, area / mask.size])
