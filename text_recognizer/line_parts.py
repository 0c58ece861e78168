"""From a label map to the parts that make up its text lines: specks dropped, fragments joined."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.components import connected_components

Labels = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

BACKGROUND, ODD_LINE, EVEN_LINE = 0, 1, 2

_MIN_AREA = 32  # pixels of the label map; smaller components are noise

# All lengths are in units of the typical thickness of the page's lines.
_MIN_THICKNESS = 0.35  # thinner components are specks
_MIN_WIDTH = 0.4
_MAX_GAP = 2.5  # fragments of one line stand closer than this
_MAX_GAP_OTHER_LABEL = 1.0  # ... if the detector changed its mind within the line
_MAX_STEP = 0.5  # ... and their middles continue each other within this


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


def line_map(labels: Labels) -> npt.NDArray[np.int64]:
    """Return (h, w): index of the line of each pixel, -1 = none; specks dropped, fragments joined."""
    parts = np.full(labels.shape, -1, np.int64)
    kinds: list[int] = []
    for kind in (ODD_LINE, EVEN_LINE):
        components = connected_components(labels == kind)
        large = components.areas() >= _MIN_AREA
        painted = components.paint(np.where(large, len(kinds) + np.cumsum(large) - 1, -1))
        parts = np.maximum(parts, painted)
        kinds += [kind] * int(large.sum())
    fits = fit_all(parts, len(kinds))
    new_index = np.full(len(kinds) + 1, -1, np.int64)
    for line, members in enumerate(_join(_drop_specks(fits), fits, kinds)):
        new_index[members] = line
    return new_index[parts]


def fit_all(parts: npt.NDArray[np.int64], count: int) -> list[Fit]:
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
    height, width = mask.shape
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
    return Fit((left, top, left + width, top + height), slope, intercept, above, below, thickness)


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


def _join(kept: list[int], fits: list[Fit], kinds: list[int]) -> list[list[int]]:
    """Group parts that continue each other from left to right."""
    lines: list[list[int]] = []
    for index in kept:
        best = min(
            (row for row in lines if _continues(fits[row[-1]], fits[index], kinds[row[-1]] == kinds[index])),
            key=lambda row: abs(_step(fits[row[-1]], fits[index])),
            default=None,
        )
        if best is None:
            lines.append([index])
        else:
            best.append(index)
    return lines


def _continues(left: Fit, right: Fit, same_label: bool) -> bool:
    """Tell whether `right` goes on where `left` ends."""
    thickness = max(left.thickness, right.thickness)
    gap = right.box[0] - left.box[2]
    limit = _MAX_GAP if same_label else _MAX_GAP_OTHER_LABEL
    return -0.5 * thickness < gap < limit * thickness and abs(_step(left, right)) < _MAX_STEP * thickness


def _step(left: Fit, right: Fit) -> float:
    """Return the vertical offset between the middles where two parts face each other."""
    x = (left.box[2] + right.box[0]) / 2
    return right.middle_at(x) - left.middle_at(x)
