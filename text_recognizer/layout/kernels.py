"""Kernels and borders of text lines: what the detector learns of a page, and the way back to lines.

The kernel of a line is its middle half, the border the rest. Kernels stay apart where lines touch, and
whether a pixel belongs to one can be told from its surroundings, while odd or even lines would have to be
counted from the top of the page. Source: the shrunk kernels of Wang et al. 2019 (PSENet, arXiv 1903.12473).
"""

from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import IndexMap, KernelMap, LabelMap, Reals
from text_recognizer.images.components import connected_components
from text_recognizer.layout.bridges import along_each_other, cut_bridges, grow_into_bridges
from text_recognizer.layout.fitting import Fit, column_runs, fit_all
from text_recognizer.layout.gutters import Pieces

BACKGROUND, KERNEL, BORDER = 0, 1, 2
UNKNOWN = 3  # in maps to learn from alone: ink of which nobody has said whether it is a line

_BORDER_HEIGHTS = 0.25  # above and below the kernel of a line: a gap that survives errors of a pixel or two
_MIN_AREA_PX = 32  # smaller components are noise

# All other lengths are in units of the (typical) thickness of the kernels.
_MIN_THICKNESS = 0.35  # thinner components are specks or rules of the paper
_MIN_WIDTH = 0.4  # narrower ones hold no letter
_MAX_GAP = 5.0  # fragments of one line stand closer than this, columns of text do not
_MAX_WORD_GAP = 2.5  # words of one line stand closer, and are of one size unless they do
_MIN_SIZED_WIDTH = 3.0  # a shorter piece does not tell the size of its line
_MIN_SIZE_RATIO = 0.75  # of the thickness of such pieces of one line
_MIN_FIGURE_GAP = 1.5  # of a number in the margin, or a stamp, from the line that it stands beside
_MAX_FIGURE_STEP = 0.6  # in thicknesses of that line: a large initial is level with it
_MIN_INITIAL_RATIO = 0.4  # of the thickness of a line to that of its initial, unless they are closer
_MAX_STEP = 0.7  # middles further apart belong to two lines: those are two thicknesses apart where they touch


class Lines(NamedTuple):
    """The lines of a map of kernels.

    ```python
    import numpy as np
    from text_recognizer.layout.kernels import kernel_map, line_map

    labels = np.zeros((40, 100), np.uint8)
    labels[5:15, 10:90], labels[15:25, 10:90] = 1, 2  # two lines
    lines = line_map(kernel_map(labels))
    print(lines.owners.max() + 1, lines.bridged)
    ```

    Attributes:
        owners: (h, w) index of the line of each pixel, -1 = none.
        bridged: Share of the kernels' pixels that lies in bridges, see `bridges`; 0-1.
    """

    owners: IndexMap
    bridged: float


def kernel_map(labels: LabelMap) -> KernelMap:
    """Return what the detector is to see where the given lines are: their kernels, column by column.

    Args:
        labels: (h, w) 0 = background, 1 = odd, 2 = even lines; UNKNOWN stays what it is.

    Returns:
        (h, w) BACKGROUND, KERNEL or BORDER.
    """
    height, width = labels.shape
    rows = np.arange(height)[:, None]
    # Every pixel learns the first and the last row of its vertical run by a running maximum and minimum.
    is_first = np.diff(labels, axis=0, prepend=255) != 0
    is_last = np.concatenate((is_first[1:], np.ones((1, width), bool)))
    starts = np.maximum.accumulate(np.where(is_first, rows, 0), axis=0)
    ends = np.minimum.accumulate(np.where(is_last, rows, height)[::-1], axis=0)[::-1] + 1
    depth = (rows + 0.5 - starts) / (ends - starts)  # 0 at the top of the run, 1 at its bottom
    inner = (depth > _BORDER_HEIGHTS) & (depth < 1 - _BORDER_HEIGHTS)
    kernels = np.where(labels > 0, np.where(inner, KERNEL, BORDER), BACKGROUND)
    return np.where(labels == UNKNOWN, UNKNOWN, kernels).astype(np.uint8)


def line_map(kernels: KernelMap) -> Lines:
    """Return the lines of a map (h, w); the inverse of `kernel_map`.

    Components of kernels are lines, once specks are dropped and fragments joined; borders go to the nearest
    kernel.
    """
    components, bridges = cut_bridges(connected_components(kernels == KERNEL))
    large = components.areas() >= _MIN_AREA_PX
    pieces = components.paint(np.where(large, np.cumsum(large) - 1, -1))
    fits = fit_all(pieces, int(large.sum()))
    if fits and bridges.any():
        grow_into_bridges(pieces, fits, bridges)
        fits = along_each_other(fit_all(pieces, len(fits)))
    line_of_piece = np.full(len(fits) + 1, -1, np.int32)  # one more, which index -1 (no piece) finds
    for line, members in enumerate(_join(_without_specks(fits), fits)):
        line_of_piece[members] = line
    reach = round(max((fit.thickness for fit in fits), default=0.0))  # twice a border's height
    lines = np.where(kernels == BACKGROUND, np.int32(-1), extend(line_of_piece[pieces], reach))
    return Lines(lines, int(np.count_nonzero(bridges)) / max(1, int(np.count_nonzero(kernels == KERNEL))))


def extend(owners: IndexMap, reach: int) -> IndexMap:
    """Give free pixels (-1) of (h, w) to the nearest owner in their column, at most `reach` rows away."""
    height, width = owners.shape
    x, tops, bottoms, values = column_runs(owners)
    follows = np.append(x[1:] == x[:-1], False)  # whether another run of the column stands below
    gaps = np.append(tops[1:], 0) - bottoms
    down = np.where(follows, (gaps + 1) // 2, height - bottoms)  # of two owners as near, the upper one
    up = np.append(tops[:1], np.where(follows[:-1], gaps[:-1] // 2, tops[1:]))
    starts, ends = (
        x * height + rows for rows in (tops - np.minimum(up, reach), bottoms + np.minimum(down, reach))
    )
    # Gaps and runs in turns, down each column.
    edges = np.stack((starts, ends), axis=1).ravel()
    lengths = np.diff(edges, prepend=0, append=owners.size)
    painted = np.full(len(lengths), -1, np.int32)
    painted[1::2] = values
    return np.ascontiguousarray(np.repeat(painted, lengths).reshape(width, height).T)


def _without_specks(fits: list[Fit]) -> list[int]:
    """Return the indices of the pieces that are big enough to hold text, left to right."""
    if not fits:
        return []
    widths = np.array([fit.box[2] - fit.box[0] for fit in fits])
    thickness = np.array([fit.thickness for fit in fits])
    # The median over columns, not over pieces: many specks weigh less than one line.
    order = np.argsort(thickness)
    weight = np.cumsum(widths[order])
    typical = thickness[order][np.searchsorted(weight, weight[-1] / 2)]
    kept = np.flatnonzero((thickness > _MIN_THICKNESS * typical) & (widths > _MIN_WIDTH * typical))
    return sorted(kept.tolist(), key=lambda i: fits[i].box[0])


def _join(kept: list[int], fits: list[Fit]) -> list[list[int]]:
    """Group pieces that continue each other from left to right."""
    pieces = [fits[index] for index in kept]
    all_pieces = Pieces(pieces)
    lines: list[list[int]] = []
    # Of the last piece of each line: end, slope, intercept, thickness, width. A piece is compared with all
    # lines at once, because a page of noise has thousands of both.
    ends = np.empty((5, len(kept)))
    for index, piece in zip(kept, pieces, strict=True):
        steps = _steps(ends[:, : len(lines)], piece)
        (near,) = np.isfinite(steps).nonzero()
        nearest = near[np.argsort(steps[near], kind="stable")].tolist()
        continued = (line for line in nearest if not all_pieces.are_parted(fits[lines[line][-1]], piece))
        line = next(continued, len(lines))
        if line == len(lines):
            lines.append([])
        lines[line].append(index)
        width = piece.box[2] - piece.box[0]
        ends[:, line] = piece.box[2], piece.slope, piece.intercept, piece.thickness, width
    return lines


def _steps(ends: Reals, piece: Fit) -> Reals:
    """Return how far each line would go up or down to continue with a piece; infinite if it cannot.

    Args:
        ends: (5, N) end, slope, intercept, thickness and width of the last piece of each line.
        piece: What may follow; it may overlap the end a little.

    Returns:
        (N,) Distance of the middles where the two face each other.
    """
    end, slope, intercept, thickness, width = ends
    thinner = np.minimum(thickness, piece.thickness)
    thickness = np.maximum(thickness, piece.thickness)
    gap, x = piece.box[0] - end, (end + piece.box[0]) / 2
    step = np.abs(piece.intercept + piece.slope * x - (intercept + slope * x))
    piece_width = piece.box[2] - piece.box[0]
    words = np.minimum(width, piece_width) > _MIN_SIZED_WIDTH * thickness
    unequal = thinner < _MIN_SIZE_RATIO * thickness
    other_hand = words & unequal & (gap > _MAX_WORD_GAP * thinner)
    higher_is_narrower = (width < piece_width) == (piece.thickness == thinner)
    figure = (unequal & (step > _MAX_FIGURE_STEP * thinner)) | (thinner < _MIN_INITIAL_RATIO * thickness)
    figure &= higher_is_narrower & (gap > _MIN_FIGURE_GAP * thinner)
    continues = (-thickness < gap) & (gap < _MAX_GAP * thickness) & (step < _MAX_STEP * thickness)
    return np.where(continues & ~other_hand & ~figure, step, np.inf)
