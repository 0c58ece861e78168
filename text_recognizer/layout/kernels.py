"""From a label map to the parts that make up its text lines: specks dropped, fragments joined."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.layout.components import connected_components

Labels = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

BACKGROUND, CORE, RIM = 0, 1, 2

_RIM = 0.25  # of a line's height, above and below its core
_STRAY = 5  # percent of a part's columns may reach out of its box

_MIN_AREA = 32  # pixels of the label map; smaller components are noise

# All lengths are in units of the typical thickness of the lines' cores.
_MIN_THICKNESS = 0.35  # thinner components are specks
_MIN_WIDTH = 0.4
_MAX_GAP = 5.0  # fragments of one line stand closer than this
_MAX_STEP = 0.7  # ... and their middles continue each other within this


@dataclass(frozen=True)
class Fit:
    """A line in pixels of the label map: box x1, y1, x2, y2, middle = intercept + slope * x."""

    box: tuple[int, int, int, int]
    slope: float
    intercept: float
    above: float
    below: float
    thickness: float

    def middle_at(self, x: float) -> float:
        """Return the row of the middle at column `x`."""
        return self.intercept + self.slope * x


def label_parts(lines: Labels) -> Labels:
    """Return what the detector is to see of a map of odd and even lines (h, w): BACKGROUND, CORE, RIM.

    Column by column the middle half of every line is its core. So lines are apart even where they touch,
    and whether a pixel is core can be seen from its surroundings; odd or even would have to be counted from
    the top of the page. Source: the shrunk kernels of Wang et al. 2019 (PSENet, arXiv 1903.12473).
    """
    height = lines.shape[0]
    rows = np.arange(height)[:, None]
    changes = np.diff(lines, axis=0, prepend=255) != 0  # the first row of every vertical run
    starts = np.maximum.accumulate(np.where(changes, rows, 0), axis=0)
    following = np.concatenate((changes[1:], np.ones((1, lines.shape[1]), bool)))  # the last row of every run
    ends = np.minimum.accumulate(np.where(following, rows, height)[::-1], axis=0)[::-1] + 1
    place = (rows + 0.5 - starts) / (ends - starts)  # 0 at the top of the run, 1 at its bottom
    parts = np.where((place > _RIM) & (place < 1 - _RIM), CORE, RIM)
    return np.where(lines > 0, parts, BACKGROUND).astype(np.uint8)


def line_map(parts: Labels) -> npt.NDArray[np.int32]:
    """Return (h, w): index of the line of each pixel, -1 = none; the inverse of `label_parts`.

    Components of cores are lines, specks dropped, fragments joined; rims go to the nearest core.
    """
    cores = connected_components(parts == CORE)
    large = cores.areas() >= _MIN_AREA
    pieces = cores.paint(np.where(large, np.cumsum(large) - 1, -1))
    fits = fit_all(pieces, int(large.sum()))
    new_index = np.full(len(fits) + 1, -1, np.int32)
    for line, members in enumerate(_join(_drop_specks(fits), fits)):
        new_index[members] = line
    of_core = new_index[pieces]
    reach = round(max((fit.thickness for fit in fits), default=0.0))
    return np.where(parts == BACKGROUND, np.int32(-1), extend(of_core, reach))


def extend(owners: npt.NDArray[np.int32], reach: int) -> npt.NDArray[np.int32]:
    """Give free pixels (-1) to the nearest owner above or below in their column, at most `reach` away."""
    rows = np.arange(owners.shape[0])[:, None]
    above = np.maximum.accumulate(np.where(owners >= 0, rows, -1), axis=0)
    below = np.minimum.accumulate(np.where(owners >= 0, rows, 1 << 30)[::-1], axis=0)[::-1]
    to_above = np.where(above >= 0, rows - above, 1 << 30)
    nearest = np.where(to_above <= below - rows, above, np.minimum(below, owners.shape[0] - 1))
    near = np.minimum(to_above, below - rows) <= reach
    return np.where(near, np.take_along_axis(owners, nearest, axis=0), np.int32(-1))


def fit_all(parts: npt.NDArray[np.int32], count: int) -> list[Fit]:
    """Measure every part of a map (h, w) with the values 0 to count - 1."""
    rows, columns = np.nonzero(parts >= 0)
    index = parts[rows, columns]
    boxes = np.tile(np.array([parts.shape[1], parts.shape[0], 0, 0]), (count, 1))
    for side, values in ((0, columns), (1, rows)):
        np.minimum.at(boxes[:, side], index, values)
    for side, values in ((2, columns + 1), (3, rows + 1)):
        np.maximum.at(boxes[:, side], index, values)
    return [_fit(parts[y1:y2, x1:x2] == i, int(x1), int(y1)) for i, (x1, y1, x2, y2) in enumerate(boxes)]


def _fit(mask: Bools, left: int, top: int) -> Fit:
    """Measure a part: thickness and a straight middle (least squares, damped for short parts).

    Args:
        mask: The part within its box.
        left: Column of the box on the label map.
        top: Row of the box.
    """
    height = mask.shape[0]
    columns = np.flatnonzero(mask.any(axis=0))
    inside = mask[:, columns]
    tops = top + np.argmax(inside, axis=0)
    bottoms = top + height - np.argmax(inside[::-1], axis=0)
    columns = columns + left
    thickness = float(inside.sum(axis=0).mean())
    middles = (tops + bottoms) / 2
    centred = columns - columns.mean()
    slope = float((centred * middles).sum() / ((centred**2).sum() + len(columns) * thickness**2))
    intercept = float(middles.mean() - slope * columns.mean())
    line = intercept + slope * columns
    above = float(np.percentile(line - tops, 90))
    below = float(np.percentile(bottoms - line, 90))
    y1, y2 = np.percentile(tops, _STRAY), np.percentile(bottoms, 100 - _STRAY)
    box = (int(columns[0]), round(float(y1)), int(columns[-1]) + 1, round(float(y2)))
    return Fit(box, slope, intercept, above, below, thickness)


def _drop_specks(fits: list[Fit]) -> list[int]:
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


def _join(kept: list[int], fits: list[Fit]) -> list[list[int]]:
    """Group parts that continue each other from left to right."""
    lines: list[list[int]] = []
    for index in kept:
        best = min(
            (row for row in lines if _continues(fits[row[-1]], fits[index])),
            key=lambda row: abs(_step(fits[row[-1]], fits[index])),
            default=None,
        )
        if best is None:
            lines.append([index])
        else:
            best.append(index)
    return lines


def _continues(left: Fit, right: Fit) -> bool:
    """Tell whether `right` goes on where `left` ends."""
    thickness = max(left.thickness, right.thickness)
    gap = right.box[0] - left.box[2]
    return -thickness < gap < _MAX_GAP * thickness and abs(_step(left, right)) < _MAX_STEP * thickness


def _step(left: Fit, right: Fit) -> float:
    """Return the vertical offset between the middles where two parts face each other."""
    x = (left.box[2] + right.box[0]) / 2
    return right.middle_at(x) - left.middle_at(x)
