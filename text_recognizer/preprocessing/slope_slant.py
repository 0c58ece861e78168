"""A line of writing without its slope and slant, as most hands write: level, letters upright.

Slope is the rise of the base line, slant the lean of the letters. Both are found as the shear that gathers
the ink in the fewest rows or columns: the sum of the squared projection is largest. After Vinciarelli &
Luettin, "A new normalization technique for cursive handwritten words", Pattern Recognition Letters 22 (2001),
who look for the slant among shears of columns, and Marti & Bunke, "Using a statistical language model to
improve the performance of an HMM-based cursive handwriting recognition system", IJPRAI 15 (2001).
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

Float = npt.NDArray[np.float32]

_MIN_ROWS = 8  # of a line, from which on slope and slant can be told
_ROWS = 24  # of the picture in which they are looked for
_MAX_COLUMNS = 1024  # of it
_STRIP = 4  # columns of it that count as one where the slope is looked for
_INK = 0.2  # from which on a pixel of it counts
_MAX_SLOPE, _SLOPE_STEP = 0.14, 0.01  # rows downwards per column
_MAX_SLANT, _SLANT_STEP = 1.4, 0.1  # columns to the right per row downwards
_GAIN = 1.02  # how much better a shear must be than none, since noise prefers any to none
_LEVEL_ASPECT = 2.5  # width over height from which on a base line can be seen
_UPRIGHT_ASPECT = 1.0  # and from which on there is more than a single letter to lean
_MAX_ROWS = 128  # larger ones are reduced before they are sheared


class Straightened(NamedTuple):
    """A straightened line.

    Attributes:
        ink: (H', W') float32 in [0, 1], with some paper around the ink.
        left: Column of the given ink from which its column 0 comes, at half the height of the letters.
        scale: Columns of the given ink per column of it.
    """

    ink: Float
    left: float
    scale: float


def straighten(ink: Float) -> Straightened:
    """Return a line without slope and slant.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper, cut to its ink.
    """
    scale = max(1.0, ink.shape[0] / _MAX_ROWS)
    if scale > 1:
        size = max(1, round(ink.shape[1] / scale)), _MAX_ROWS
        scale = ink.shape[1] / size[0]
        ink = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BOX))
    slope, slant = slope_and_slant(ink)
    if slope == slant == 0:
        return Straightened(ink, 0.0, scale)
    sheared, left = _sheared(ink, slope, slant)
    return Straightened(sheared, left * scale, scale)


def slope_and_slant(ink: Float) -> tuple[float, float]:
    """Return how a line lies and how its letters lean; 0 where that cannot be told.

    Args:
        ink: (H, W) float32 in [0, 1], cut to its ink.

    Returns:
        The slope, rows downwards per column, in [-0.15, 0.15], and, on the line without it, the slant,
        columns to the right per row downwards, in [-1.5, 1.5]: negative for letters that lean to the right.
    """
    height, width = ink.shape
    if height < _MIN_ROWS:
        return 0.0, 0.0
    rows = min(height, _ROWS)
    columns = min(max(1, round(width * rows / height)), _MAX_COLUMNS)
    aspect = (width / columns) / (height / rows)  # of a pixel of the small picture
    small = np.asarray(Image.fromarray(ink).resize((columns, rows), Image.Resampling.BOX))
    slope = slant = 0.0
    if width >= _LEVEL_ASPECT * height:
        starts = np.arange(0, columns, _STRIP)
        y, x = _inked(np.add.reduceat(small, starts, axis=1) / _STRIP)
        slope = _best_shear(y, (x - len(starts) / 2) * _STRIP * aspect, _MAX_SLOPE, _SLOPE_STEP)
    if width >= _UPRIGHT_ASPECT * height:
        y, x = _inked(small)
        y = y - slope * (x - columns / 2) * aspect
        slant = _best_shear(x, (y - rows / 2) / aspect, _MAX_SLANT, _SLANT_STEP)
    return slope, slant


def _inked(picture: npt.NDArray[np.floating]) -> tuple[Float, Float]:
    """Return rows and columns of the inked pixels."""
    y, x = np.nonzero(picture > np.float32(_INK))
    return y.astype(np.float32), x.astype(np.float32)


def _best_shear(place: Float, along: Float, limit: float, step: float) -> float:
    """Return the shear that gathers pixels in the fewest whole places; 0 if it is hardly better than none.

    Args:
        place: (N,) coordinates that are sheared.
        along: (N,) coordinates in which the shear moves them.
        limit: The largest shear.
        step: Between candidates; every second one is tried first, then the neighbours of the best.
    """
    if len(place) == 0:
        return 0.0
    half = round(limit / step / 2)
    coarse = np.arange(-half, half + 1) * 2 * step
    gathered = _gathered(place, along, coarse)
    best, none = coarse[gathered.argmax()], gathered[half]
    fine = best + np.array([-step, 0, step])
    gathered = _gathered(place, along, fine)
    return float(fine[gathered.argmax()]) if gathered.max() > _GAIN * none else 0.0


def _gathered(place: Float, along: Float, shears: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """Return for each shear (S,) the sum of the squared numbers of pixels per place, (S,)."""
    # Not rounded to the nearest: halves would all go to even places, where they look gathered.
    places = np.floor(place - shears.astype(np.float32)[:, None] * along).astype(np.int32)  # (S, N)
    places -= places.min()
    size = int(places.max()) + 1
    places += np.arange(0, len(shears) * size, size, dtype=np.int32)[:, None]
    counts = np.bincount(places.ravel(), minlength=len(shears) * size).reshape(len(shears), size)
    return np.asarray((counts * counts).sum(axis=1))


def _sheared(ink: Float, slope: float, slant: float) -> tuple[Float, float]:
    """Return ink (H, W) level and upright, with room for what moves, and where its column 0 comes from."""
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
