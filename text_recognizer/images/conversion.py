"""Arrays of numbers and Pillow's images of any mode -> uint8, 0 = black and 255 = white."""

import math
from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage, Pixels
from text_recognizer.errors import InvalidInputError
from text_recognizer.images.resizing import strips

_MAX_UINT16 = 65535  # white in images of 16 bits


def image_to_gray(image: Image.Image) -> GrayImage:
    """Return the luma (ITU-R 601-2) of an image of any mode, (H, W); transparency is laid on white."""
    if image.mode.startswith("I;16"):
        image = _stretched(image, 0, _MAX_UINT16)
    elif image.mode in ("I", "F"):  # no standard says which value is white
        image = _stretched(image, *extrema(map(np.asarray, _strips(image))))
    elif image.mode == "LAB":
        image = image.getchannel("L")
    elif image.has_transparency_data:
        image = _on_white(image)
    return np.concatenate([np.asarray(strip.convert("L")) for strip in _strips(image)])


def array_to_uint8(array: Pixels) -> Pixels:
    """Return the values of an array of any shape whose type says what white is, as uint8 of that shape.

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
        return stretch(array, 0, _MAX_UINT16)
    if array.dtype.kind == "f":
        floats = array.astype(np.float32)
        if floats.min() >= 0 and floats.max() <= 1:  # False for NaN
            return np.rint(floats * 255).astype(np.uint8)
    raise InvalidInputError(
        f"The array is {array.dtype} with values that have no known white; expected uint8, uint16, bool, or "
        "float in [0, 1]. Convert it to uint8, 0 = black and 255 = white."
    )


def extrema(parts: Iterable[Pixels]) -> tuple[float, float]:
    """Return the least and the greatest value of an image, given in parts of any shape.

    Raises:
        ValueError: If one is infinite or not a number.
    """
    bounds = [(float(part.min()), float(part.max())) for part in parts]  # NaN if one value is
    if not np.isfinite(bounds).all():
        raise ValueError("pixels that are infinite or not a number")
    return min(low for low, _ in bounds), max(high for _, high in bounds)


def stretch(values: Pixels, low: float, high: float) -> Pixels:
    """Map low-high to 0-255, or everything to 255 if they are equal; (H, ...) to uint8 of that shape."""
    if low == high:
        return np.full(values.shape, 255, np.uint8)
    stretched = np.empty(values.shape, np.uint8)
    for rows in strips(len(values), math.prod(values.shape[1:])):  # in between, a value takes 8 bytes
        stretched[rows] = np.rint((values[rows].astype(np.float64) - low) * (255 / (high - low)))
    return stretched


def _stretched(image: Image.Image, low: float, high: float) -> Image.Image:
    parts = [stretch(np.asarray(strip), low, high) for strip in _strips(image)]
    return Image.fromarray(np.concatenate(parts))


def _strips(image: Image.Image) -> Iterator[Image.Image]:
    """Yield the image some rows at a time: Pillow makes three copies of what becomes an array."""
    for rows in strips(image.height, image.width):
        yield image.crop((0, rows.start, image.width, rows.stop))


def _on_white(image: Image.Image) -> Image.Image:
    """Return a grey image of one with transparency."""
    if image.mode not in ("LA", "RGBA"):  # converting to the same mode would copy
        image = image.convert("LA" if image.mode in ("1", "L", "La") else "RGBA")
    return Image.composite(image.convert("L"), Image.new("L", image.size, 255), image.getchannel("A"))
