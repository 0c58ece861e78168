"""Arrays of numbers -> uint8, 0 = black and 255 = white."""

import math

import numpy as np
import numpy.typing as npt

from text_recognizer.errors import InvalidInputError

Gray = npt.NDArray[np.uint8]

_BLOCK = 2**20  # values that are converted at a time: those in between take 8 bytes each


def stretch(values: npt.NDArray[np.generic]) -> Gray:
    """Map 32-bit values (H, W), whose white no standard defines, from their range to 0-255.

    Raises:
        ValueError: If one is infinite or not a number.
    """
    low, high = float(values.min()), float(values.max())  # NaN if one pixel is
    if not math.isfinite(low) or not math.isfinite(high):
        raise ValueError("pixels that are infinite or not a number")
    if low == high:
        return np.full(values.shape, 255, np.uint8)
    return scale(values, low, high)


def scale(values: npt.NDArray[np.generic], low: float, high: float) -> Gray:
    """Map low-high to 0-255 in an array (H, ...), some rows at a time for the sake of memory."""
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
