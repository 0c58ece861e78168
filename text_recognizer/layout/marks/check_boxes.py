"""The ink of a line -> its check boxes, told by their shape, and the same ink without them.

The network has learned them from drawn ones, and takes printed ones for an I or an A. A square with four
sides and four corners is no letter of the alphabet.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import InkMap, Mask
from text_recognizer.images.components import connected_components

_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise
_MIN_SIDE_PX = 18  # smaller boxes cannot be told from letters
_MIN_SIDE_HEIGHTS = 0.45  # shorter side of a box, in heights of the line's ink: as high as capitals
_MAX_SIDES = 1.5  # height and width of a box with the tick that reaches out of it, in its sides
_FREE = 0.2  # of its shorter side, without ink on both sides of it: within a word, letters stand closer
_STEP = 0.04  # by which smaller and smaller squares are tried, in the larger of both
# In sides of the box:
_BAND = 0.2  # along each side, within which it may wobble
_MIN_SIDE_SHARE = 0.88  # of a band's rows, or columns, that have ink
_CORNER = 0.18  # cells at the corners, which a circle leaves empty
_MAX_EMPTY_SHARE = 0.03  # of the middle of an empty box that has ink
_MAX_TICK_SHARE = 0.6  # of that of a ticked one; more is a blot


class CheckBox(NamedTuple):
    """A check box of a line.

    ```python
    from text_recognizer.layout.marks.check_boxes import CheckBox

    print(CheckBox(10, 40, checked=True).checked)
    ```

    Attributes:
        x1: First column of its ink.
        x2: The column behind the last one.
        checked: Whether it has a tick, a cross or the like.
    """

    x1: int
    x2: int
    checked: bool


def take_check_boxes(ink: InkMap) -> tuple[list[CheckBox], InkMap]:
    """Return the check boxes of a line (h, w) from left to right, and its ink without them.

    ```python
    import numpy as np
    from text_recognizer.layout.marks.check_boxes import take_check_boxes

    ink = np.zeros((40, 200), np.float32)
    ink[8:32, 10:34], ink[10:30, 12:32] = 1, 0
    boxes, rest = take_check_boxes(ink)
    print(boxes, rest.any())
    ```

    Args:
        ink: Of the line; it is returned itself if there are none.
    """
    inked = np.asarray(ink > np.float32(_MIN_INK))
    rows = np.flatnonzero(inked.any(axis=1))
    if not len(rows):
        return [], ink
    components = connected_components(inked)
    bounds = components.boxes()
    sides = np.sort(bounds[:, 2:] - bounds[:, :2], axis=1)  # the shorter one first
    boxes: list[CheckBox] = []
    least = max(_MIN_SIDE_PX, _MIN_SIDE_HEIGHTS * int(rows[-1] - rows[0] + 1))
    squarish = (sides[:, 0] >= least) & (sides[:, 1] <= _MAX_SIDES * sides[:, 0])
    labels = np.asarray(components.paint())
    columns = np.asarray(inked.any(axis=0))
    for index in np.flatnonzero(squarish).tolist():
        x1, y1, x2, y2 = bounds[index].tolist()
        gap = max(2, round(_FREE * int(sides[index, 0])))
        if columns[max(0, x1 - gap) : x1].any() or columns[x2 : x2 + gap].any():
            continue
        found = _as_box(labels[y1:y2, x1:x2] == index, inked[y1:y2, x1:x2])
        if found is not None:
            boxes.append(CheckBox(x1, x2, found))
    if not boxes:
        return [], ink
    rest = np.ascontiguousarray(ink).copy()
    for box in boxes:  # with its soft edges, and a tick that does not touch it
        rest[:, max(0, box.x1 - 1) : box.x2 + 1] = 0
    return sorted(boxes), rest


def _as_box(shape: Mask, inked: Mask) -> bool | None:
    """Tell whether the box that a shape (h, w) is has a tick; None if it is no box.

    Args:
        shape: Connected ink.
        inked: (h, w) all ink there: a mark may stand free within its box.
    """
    height, width = shape.shape
    for side in _sides(height, width):
        top = max(0, height - side)
        square = shape[top:, :side]
        # Only a tick reaches out of a box: upwards on its right.
        if shape[:top, : side // 2].any() or not _has_sides(square):
            continue
        band = round(_BAND * side)
        middle = float(inked[top + band : height - band, band : side - band].mean())
        if middle <= _MAX_TICK_SHARE:
            return middle > _MAX_EMPTY_SHARE
    return None


def _sides(height: int, width: int) -> Iterator[int]:
    """Yield the sides that a box of this height and width may have without its tick, long ones first."""
    for share in np.arange(1.0, 1 / _MAX_SIDES, -_STEP).tolist():
        yield round(share * max(height, width))


def _has_sides(square: Mask) -> bool:
    """Tell whether a shape (h, w) has ink along all four sides, and in all four corners."""
    height, width = square.shape
    if max(height, width) > (1 + _BAND) * min(height, width):
        return False
    band, corner = (max(2, round(share * min(height, width))) for share in (_BAND, _CORNER))
    sides: Sequence[Mask] = (square[:, :band].T, square[:, -band:].T, square[:band], square[-band:])
    ends = (slice(None, corner), slice(-corner, None))
    return all(float(side.any(axis=0).mean()) >= _MIN_SIDE_SHARE for side in sides) and all(
        bool(square[rows, columns].any()) for rows in ends for columns in ends
    )
