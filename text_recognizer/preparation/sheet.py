"""A photo of a sheet on a table -> the corners of the sheet, from its straight steps from dark to light."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import Flags, Floats, GrayImage, Indices, Reals
from text_recognizer.preparation.paper import brightest

_STROKE_PX = 5  # writing, rules and the table's grain are thinner on an overview, and disappear
_REACH_PX = 3  # on both sides of a step
_MIN_STEP = 18  # greys from the table to the sheet
_MAX_SLOPE = 0.6  # of a side of the sheet against that of the image: 31 degrees
_SLOPES = 61
_TOLERANCE_PX = 2  # sheets are bent
_LINES = 4  # of each side that may be that of the sheet
_LINE_GAP_PX = 6  # between two of them
_MIN_LINE_SHARE = 0.2  # of the image's side that a line follows
_MIN_SUPPORT = 0.6  # of a side of the sheet where there is a step
_MIN_FREE_SIDES = 3  # of the sheet that lie within the image: of a part in another colour, one or two do
_MIN_SHARE = 0.2  # of the image that is the sheet
_MAX_SHARE = 0.97  # a larger sheet has a black edge at most
_MIN_SIDE_RATIO = 0.45  # of opposite sides; a sheet that is seen more obliquely cannot be read anyway
_MAX_OUTSIDE = 0.03  # of the image's side by which a corner may lie outside of it
_MAX_COSINE = 0.6  # of a corner's angle: 53 to 127 degrees


@dataclass(frozen=True, eq=False)
class _Line:
    """A line that may be a side of the sheet: `across = offset + slope * along`.

    Attributes:
        offset: In pixels; of the left and the right side it is x, and `along` is y.
        slope: Pixels across per pixel along.
        steps: (length,) at which places along it there is a step; None for the border of the image.
    """

    offset: float
    slope: float = 0.0
    steps: Flags | None = None

    def support(self, begin: float, end: float) -> float:
        """Return the share of a part of it that has a step, 0-1."""
        if self.steps is None:
            return 1.0
        part = self.steps[max(0, round(begin)) : max(0, round(end))]
        return np.count_nonzero(part) / part.size if part.size else 0.0


def find_sheet(small: GrayImage) -> Reals | None:
    """Return the corners (4, 2) of the bright sheet that an overview (h, w) shows, clockwise from top left.

    Args:
        small: See `paper.overview`.

    Returns:
        x and y of the corners, in pixels of the overview; None if the image shows nothing beside a sheet.
    """
    sides = _sides(small)
    if sum(len(lines) > 1 for lines in sides) < _MIN_FREE_SIDES:
        return None
    best, best_length = None, 0.0
    for left, right, top, bottom in product(*sides):
        if sum(line.steps is None for line in (left, right, top, bottom)) > 4 - _MIN_FREE_SIDES:
            continue
        corners = np.array([_crossing(*pair) for pair in _corner_pairs(left, right, top, bottom)])
        length = _supported_length(corners, (left, right, top, bottom))
        if length > best_length and _is_sheet(corners, small.shape):
            best, best_length = corners, length
    return best if best is not None and _is_bright(small, best) else None


def _corner_pairs(left: _Line, right: _Line, top: _Line, bottom: _Line) -> Iterator[tuple[_Line, _Line]]:
    """Yield the sides that meet in each corner, clockwise from top left; the upright one first."""
    yield from ((left, top), (right, top), (right, bottom), (left, bottom))


def _crossing(upright: _Line, level: _Line) -> tuple[float, float]:
    """Return the point (x, y) of both lines."""
    x = (upright.offset + upright.slope * level.offset) / (1 - upright.slope * level.slope)
    return x, level.offset + level.slope * x


def _sides(small: GrayImage) -> list[list[_Line]]:
    """Return the lines that may be the left, right, upper and lower side of a sheet in an overview (h, w)."""
    paper = brightest(small, _STROKE_PX // 2)
    height, width = paper.shape
    found = []
    for values, length, last in ((paper, height, width), (np.ascontiguousarray(paper.T), width, height)):
        steps = _steps(values)
        for sign, border in ((1, 0.0), (-1, float(last))):
            found.append([*_lines(sign * steps, length, sign * (_STROKE_PX // 2)), _Line(border)])
    return found


def _steps(values: GrayImage) -> Floats:
    """Return how much brighter (h, w) becomes from left to right, sharpest in its middle; (h, w - 6)."""
    size = values.shape[1] - 2 * _REACH_PX
    if size < 1:
        return np.zeros((len(values), 0), np.float32)
    total = np.zeros((len(values), size), np.int16)  # real numbers take four times as long
    for reach in range(1, _REACH_PX + 1):
        total += values[:, _REACH_PX + reach :][:, :size]
        total -= values[:, _REACH_PX - reach :][:, :size]
    return np.divide(total, _REACH_PX, dtype=np.float32)


def _lines(steps: Floats, length: int, shift: int) -> list[_Line]:
    """Return the lines that follow the most steps, (length, w), from dark to light; the best one first.

    Args:
        steps: See `_steps`.
        length: Of the lines.
        shift: Added to what is found, because the maximum filter makes what is light larger.
    """
    if steps.shape[1] < 3:
        return []
    steep = steps[:, 1:-1] >= _MIN_STEP
    if np.count_nonzero(steep) < _MIN_LINE_SHARE * length:  # as on most pages
        return []
    peak = (steps[:, 1:-1] >= steps[:, :-2]) & (steps[:, 1:-1] > steps[:, 2:])
    along, columns = np.nonzero(peak & steep)
    if len(along) < _MIN_LINE_SHARE * length:
        return []
    middle, across = length / 2, columns + (_REACH_PX + 1.0 + shift)
    slopes = np.linspace(-_MAX_SLOPE, _MAX_SLOPE, _SLOPES)
    margin = int(_MAX_SLOPE * middle) + 1  # lines may leave the image
    offsets = np.asarray(across - slopes[:, None] * (along - middle) + margin, np.float64)
    table = _votes(offsets)  # (slopes, offsets)
    lines = []
    for _ in range(_LINES):
        index, offset = divmod(int(table.argmax()), table.shape[1])
        if table[index, offset] < _MIN_LINE_SHARE * length:
            break
        slope, at = float(slopes[index]), float(offset - margin + 0.5)
        near = np.abs(across - at - slope * (along - middle)) <= _TOLERANCE_PX + 0.5
        followed = np.bincount(along[near], minlength=length) > 0
        start = at - slope * middle
        if followed.sum() > 1:  # through a single point runs every line
            fitted, fitted_start = np.polyfit(along[near] + 0.5, across[near], 1).tolist()
            if abs(fitted) <= _MAX_SLOPE:  # through a few points run steep ones, which may cross nowhere
                slope, start = fitted, fitted_start
        lines.append(_Line(start, slope, followed))
        table[:, max(0, offset - _LINE_GAP_PX) : offset + _LINE_GAP_PX + 1] = 0
    return lines


def _votes(offsets: Reals) -> Indices:
    """Return for each row of (R, N) how many of its offsets lie within the tolerance of each whole number.

    Returns:
        (R, M); in each row, numbers above the greatest offset of the row have 0.
    """
    whole = np.maximum(offsets, 0).astype(np.int64)
    greatest = whole.max(axis=1, keepdims=True)
    size = int(greatest.max()) + 1
    # Counted in one row, with a gap between the rows that is as wide as the tolerance on both sides.
    step = size + 2 * _TOLERANCE_PX
    places = whole + _TOLERANCE_PX + step * np.arange(len(whole))[:, None]
    counts = np.bincount(places.ravel(), minlength=step * len(whole)).reshape(len(whole), step)
    votes = sum(counts[:, shift : shift + size] for shift in range(2 * _TOLERANCE_PX + 1))
    return np.where(np.arange(size) <= greatest, votes, 0)


def _supported_length(corners: Reals, sides: tuple[_Line, _Line, _Line, _Line]) -> float:
    """Return the length of the sides that follow steps; 0 if one of them does not.

    Args:
        corners: (4, 2), clockwise from top left.
        sides: Left, right, upper, lower.
    """
    top_left, top_right, bottom_right, bottom_left = corners
    total = 0.0
    for line, begin, end in (
        (sides[0], top_left[1], bottom_left[1]),
        (sides[1], top_right[1], bottom_right[1]),
        (sides[2], top_left[0], top_right[0]),
        (sides[3], bottom_left[0], bottom_right[0]),
    ):
        support = line.support(begin, end)
        if support < _MIN_SUPPORT:
            return 0.0
        if line.steps is not None:
            total += support * (end - begin)
    return total


def _is_bright(small: GrayImage, corners: Reals) -> bool:
    """Tell whether an overview (h, w) is brighter within four corners (4, 2) than beside them.

    Rows of light writing on a dark page have steps as well, but the page between them is as dark as beside.
    """
    mask = Image.new("1", small.shape[::-1])
    ImageDraw.Draw(mask).polygon([(x, y) for x, y in corners.tolist()], fill=1)
    inside = np.asarray(mask)
    return bool(np.median(small[inside]) > np.median(small[~inside]) + _MIN_STEP)


def _is_sheet(corners: Reals, shape: tuple[int, ...]) -> bool:
    """Tell whether corners (4, 2) are those of a sheet in an overview of a shape (h, w)."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    if lengths.min() < 1 or (np.minimum(lengths[:2], lengths[2:]) < _MIN_SIDE_RATIO * lengths[:2]).any():
        return False
    if (np.minimum(lengths[:2], lengths[2:]) < _MIN_SIDE_RATIO * lengths[2:]).any():
        return False
    units = sides / lengths[:, None]
    if np.abs((units * np.roll(units, -1, axis=0)).sum(axis=1)).max() > _MAX_COSINE:
        return False
    relative = corners / np.array(shape[::-1])
    if relative.min() < -_MAX_OUTSIDE or relative.max() > 1 + _MAX_OUTSIDE:
        return False
    x, y = corners.T
    area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2
    return _MIN_SHARE < area / (shape[0] * shape[1]) < _MAX_SHARE
