"""Arrays of numbers -> uint8, 0 = black and 255 = white."""

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from text_recognizer.errors import InvalidInputError

Gray = npt.NDArray[np.uint8]

_BLOCK = 2**20  # values that are converted at a time: those in between take 8 bytes each


def extrema(strips: Iterable[npt.NDArray[np.generic]]) -> tuple[float, float]:
    """Return the least and the greatest of all values.

    Raises:
        ValueError: If one is infinite or not a number.
    """
    bounds = [(float(strip.min()), float(strip.max())) for strip in strips]  # NaN if one value is
    if not np.isfinite(bounds).all():
        raise ValueError("pixels that are infinite or not a number")
    return min(low for low, _ in bounds), max(high for _, high in bounds)


def scale(values: npt.NDArray[np.generic], low: float, high: float) -> Gray:
    """Map low-high to 0-255, or everything to 255 if they are equal; `values` is (H, ...)."""
    if low == high:
        return np.full(values.shape, 255, np.uint8)
    scaled = np.empty(values.shape, np.uint8)
    step = max(1, _BLOCK // math.prod(values.shape[1:]))
    for top in range(0, len(values), step):
        rows = slice(top, top + step)
        scaled[rows] = np.rint((values[rows].astype(np.float64) - low) * (255 / (high - low)))
    return scaled


def to_uint8(array: npt.NDArray[np.generic]) -> Gray:
    """Return the values of an array, whose white its type tells.

    Args:
        array: uint8, uint16, bool, or float in [0, 1].

    Raises:
        InvalidInputError: If it is of another type, or has other values.
    """
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array, dtype=np.uint8)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint16:
        return scale(array, 0, 65535)
    if array.dtype.kind == "f":
        floats = array.astype(np.float32)
        if floats.min() >= 0 and floats.max() <= 1:  # False for NaN
            return np.rint(floats * 255).astype(np.uint8)
    raise InvalidInputError(
        f"Expected uint8, uint16, bool, or float in [0, 1]; received {array.dtype} with other values. "
        "Convert the array to uint8, 0 = black and 255 = white."
    )
