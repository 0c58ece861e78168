"""Removal of slope and slant: a line of writing becomes level, its letters upright.

Slope is the rise of the base line, slant the lean of the letters. Each is the shear that gathers the ink in
the fewest rows or columns: the sum of the squared projection is largest. After Vinciarelli & Luettin, "A new
normalization technique for cursive handwritten words", Pattern Recognition Letters 22 (2001), who look for
the slant among shears of columns, and Marti & Bunke, "Using a statistical language model to improve the
performance of an HMM-based cursive handwriting recognition system", IJPRAI 15 (2001).
"""

import math
from typing import NamedTuple

import numpy as np
from PIL import Image

from text_recognizer.arrays import Floats, Indices, InkMap, Reals
from text_recognizer.images import twin
from text_recognizer.images.resizing import resize_ink
from text_recognizer.preprocessing.column_map import ColumnMap

_MIN_HEIGHT_PX = 8  # below it slope and slant are unreliable
LOW_PX = 40  # lower lines are enlarged before they are sheared: strokes of two pixels would become jagged
_ENLARGED_PX = 64  # to these rows, which networks take
_MAX_HEIGHT_PX = 128  # higher lines are reduced before they are sheared; networks take 64 rows at most
_SEARCH_ROWS = 24  # height of the reduced image in which shears are tried: strokes are still a pixel wide
_SEARCH_COLUMNS = 1024  # its width at most, so that time stays bounded
_STRIP_COLUMNS = 4  # averaged where the slope is searched: a base line rises by half a row within them
_MIN_INK = 0.2  # weaker pixels of the reduced image are soft edges
_MAX_SLOPE = 0.14  # rows downwards per column; steeper ones are no line of text
_SLOPE_STEP = 0.01  # half of it moves the ends of a line of 40 heights by a tenth of the height
_MAX_SLANT = 1.4  # columns to the right per row downwards; few writers lean more than 45 degrees
_SLANT_STEP = 0.1  # finer steps change no letter
_MIN_GAIN = 1.02  # a shear has to gather the ink this much better than none: noise prefers any shear to none
_MIN_SLOPE_ASPECT = 2.5  # width over height; in less than about a word no base line can be seen
_MIN_SLANT_ASPECT = 1.0  # less is a single letter, whose lean may be its shape


class UprightLine(NamedTuple):
    """A line without slope and slant.

    ```python
    import numpy as np
    from text_recognizer.preprocessing.slope_slant import remove_slope_and_slant

    rows, columns = np.indices((60, 300))
    leaning = ((columns + rows // 2) % 30 < 4).astype(np.float32)
    line = remove_slope_and_slant(leaning)
    print(line.ink.shape, line.columns.apply(0))
    ```

    Attributes:
        ink: (H', W') float32 in [0, 1], with some paper around the ink.
        columns: Where its columns come from, at half the height of the given ink.
    """

    ink: InkMap
    columns: ColumnMap


def remove_slope_and_slant(ink: InkMap) -> UprightLine:
    """Return a line level and upright; one higher than 128 rows is reduced to them.

    One lower than 40 rows is enlarged to 64, unless it is level and upright already.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper, cut to its ink.
    """
    scale = max(1.0, ink.shape[0] / _MAX_HEIGHT_PX)
    if scale > 1:
        size = max(1, round(ink.shape[1] / scale)), _MAX_HEIGHT_PX
        scale = ink.shape[1] / size[0]
        ink = resize_ink(ink, *size, Image.Resampling.BOX)
    slope, slant = slope_and_slant(ink)
    if slope == slant == 0:
        return UprightLine(ink, ColumnMap(scale))  # not resampled without need
    if ink.shape[0] < LOW_PX:
        size = max(1, round(ink.shape[1] * _ENLARGED_PX / ink.shape[0])), _ENLARGED_PX
        scale *= ink.shape[1] / size[0]
        ink = _enlarged(ink, size)
    sheared, left = _sheared(ink, slope, slant)
    return UprightLine(sheared, ColumnMap(offset=left).then(ColumnMap(scale)))


def _enlarged(ink: InkMap, size: tuple[int, int]) -> InkMap:
    """Return (H, W) with so many columns and rows; sharper than by interpolation in straight lines."""
    large = Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(np.clip(np.asarray(large), 0, 1), np.float32)


def slope_and_slant(ink: InkMap) -> tuple[float, float]:
    """Measure the slope of a line and the slant of its letters; 0 where they cannot be told.

    Args:
        ink: (H, W) float32 in [0, 1], cut to its ink.

    Returns:
        The slope, rows downwards per column, in [-0.15, 0.15], and, on the line without it, the slant,
        columns to the right per row downwards, in [-1.5, 1.5]: negative for letters that lean to the right.
    """
    height, width = ink.shape
    if height < _MIN_HEIGHT_PX:
        return 0.0, 0.0
    rows = min(height, _SEARCH_ROWS)
    columns = min(max(1, round(width * rows / height)), _SEARCH_COLUMNS)
    aspect = (width / columns) / (height / rows)  # width over height of a pixel of the reduced image
    small = resize_ink(ink, columns, rows, Image.Resampling.BOX)
    slope = slant = 0.0
    if width >= _MIN_SLOPE_ASPECT * height:
        starts = np.arange(0, columns, _STRIP_COLUMNS)
        sums = np.add.reduceat(small, starts, axis=1)
        y, x = _inked(np.asarray(sums / _STRIP_COLUMNS, np.float32))
        slope = _best_shear(y, (x - len(starts) / 2) * _STRIP_COLUMNS * aspect, _MAX_SLOPE, _SLOPE_STEP)
    if width >= _MIN_SLANT_ASPECT * height:
        y, x = _inked(small)
        y = y - slope * (x - columns / 2) * aspect
        slant = _best_shear(x, (y - rows / 2) / aspect, _MAX_SLANT, _SLANT_STEP)
    return slope, slant


def _inked(ink: InkMap) -> tuple[Floats, Floats]:
    """Return rows and columns, (N,) each, of the inked pixels of (H, W)."""
    y, x = np.nonzero(ink > np.float32(_MIN_INK))
    return y.astype(np.float32), x.astype(np.float32)


def _best_shear(position: Floats, along: Floats, limit: float, step: float) -> float:
    """Return the shear that gathers pixels in the fewest bins; 0 if it is hardly better than none.

    Args:
        position: (N,) coordinates that are sheared.
        along: (N,) coordinates in which the shear moves them.
        limit: The largest shear.
        step: Between candidates; every second one is tried first, then the neighbours of the best.
    """
    if len(position) == 0:
        return 0.0
    half = round(limit / step / 2)
    coarse = np.arange(-half, half + 1, dtype=np.float64) * 2 * step
    gathered = _gathered(position, along, coarse)
    best, none = coarse[gathered.argmax()], gathered[half]
    fine = np.array([best - step, best, best + step])
    gathered = _gathered(position, along, fine)
    return float(fine[gathered.argmax()]) if gathered.max() > _MIN_GAIN * none else 0.0


def _gathered(position: Floats, along: Floats, shears: Reals) -> Indices:
    """Return for each shear (S,) the sum of the squared numbers of pixels per bin, (S,).

    Args:
        position: (N,) coordinates that are sheared.
        along: (N,) coordinates in which the shear moves them.
        shears: (S,) shears to try.
    """
    # Cut off, not rounded to the nearest: halves would all go to even bins, where they look gathered.
    reach = math.ceil(np.abs(shears).max() * np.abs(along).max())  # so that nothing is below 0
    if twin.is_installed():
        return twin.gathered(position, along, shears.astype(np.float32), reach)
    bins = ((position + np.float32(reach)) - shears.astype(np.float32)[:, None] * along).astype(np.int32)
    size = int(bins.max()) + 1
    # All shears are counted at once: each has a range of bins of its own.
    bins += np.arange(0, len(shears) * size, size, dtype=np.int32)[:, None]
    counts = np.bincount(bins.ravel(), minlength=len(shears) * size).reshape(len(shears), size)
    return np.asarray((counts * counts).sum(axis=1))


def _sheared(ink: InkMap, slope: float, slant: float) -> tuple[InkMap, float]:
    """Return ink (H, W) level and upright, with room for what moves, and where its column 0 comes from."""
    if slope == 0:
        return _upright(ink, slant)
    height, width = ink.shape
    rise, lean = (math.ceil(abs(shear) * side / 2) for shear, side in ((slope, width), (slant, height)))
    middle_x, middle_y = width / 2, height / 2
    # Pillow asks where a pixel (X, Y) of the result comes from: y = Y + slope (x - middle_x) for
    # x = X + slant (Y - middle_y), both moved by the room.
    x = (1.0, slant, -lean - slant * (rise + middle_y))
    y = (slope, 1 + slope * slant, -rise + slope * (x[2] - middle_x))
    sheared = Image.fromarray(ink).transform(
        (width + 2 * lean, height + 2 * rise), Image.Transform.AFFINE, (*x, *y), Image.Resampling.BILINEAR
    )
    return np.asarray(sheared), -float(lean)


def _upright(ink: InkMap, slant: float) -> tuple[InkMap, float]:
    """Do what `_sheared` does for ink (H, W) without slope, in a third of the time: rows move one by one."""
    height, width = ink.shape
    lean = math.ceil(abs(slant) * height / 2)
    if twin.is_installed():
        return twin.shift_rows(ink, slant, lean), -float(lean)
    upright = np.zeros((height, width + 2 * lean), np.float32)
    # As Pillow does it, the outermost pixels go on beyond the border, but not farther than half a pixel.
    padded = np.concatenate((ink[:, :1], ink, ink[:, -1:]), axis=1)
    for row, (line, moved) in enumerate(zip(padded, upright, strict=True)):
        by = lean + slant * (height / 2 - row - 0.5)
        first = math.ceil(by - 0.5)
        left = math.floor(first - by)  # column of `ink` left of the first one, -1 or 0
        share = np.float32(first - by - left)  # the right one's
        values = moved[first : first + width]
        np.multiply(line[left + 1 : left + 1 + width], 1 - share, out=values)
        values += share * line[left + 2 : left + 2 + width]
    return upright, -float(lean)
