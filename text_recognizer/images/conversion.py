"""Opened images of any mode and arrays of numbers -> uint8, 0 = black and 255 = white."""

import threading
import warnings
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage, Pixels
from text_recognizer.errors import DAMAGED_IMAGE, ImageDecodeError, InvalidInputError
from text_recognizer.images.colours import clearest_channel, ground_of, sampled
from text_recognizer.images.resizing import strips

_UINT16_TO_UINT8 = np.rint(np.arange(65536) / 257).astype(np.uint8)  # white of images of 16 bits is 65,535
_EXIF_ORIENTATION = 0x0112  # the tag's number in TIFF 6.0 and EXIF
_TURNS = {  # EXIF orientation -> what makes the image upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# As in `reading`: `warnings.catch_warnings` changes the whole process.
_warnings_lock = threading.Lock()

_Strip: TypeAlias = Callable[[Image.Image], Pixels]


def to_gray(image: Image.Image | Pixels, orientation: int | None = None) -> GrayImage:
    """Return the grey values (H, W) of an opened image, upright, or of an array (H, W) or (H, W, 1|3|4).

    Args:
        image: The image or the array.
        orientation: EXIF orientation of the image, 1-8; None: as the image itself says.

    Raises:
        InvalidInputError: If the array is of another type, or has other values than `array_to_uint8` takes.
        ImageDecodeError: If the image is damaged.
    """
    if isinstance(image, np.ndarray):
        array = array_to_uint8(image[:, :, 0] if image.shape[2:] == (1,) else image)
        if array.ndim == 2:
            return np.array(array, np.uint8)  # a copy of the caller's
        image = Image.fromarray(array)
    return _decoded(image, orientation)


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
        return np.asarray(_UINT16_TO_UINT8[array])
    if array.dtype.kind == "f":
        floats = array.astype(np.float32)
        if floats.min() >= 0 and floats.max() <= 1:  # False for NaN
            return np.rint(floats * 255).astype(np.uint8)
    raise InvalidInputError(
        f"The array is {array.dtype} with values that have no known white; expected uint8, uint16, bool, or "
        "float in [0, 1]. Convert it to uint8, 0 = black and 255 = white."
    )


def _decoded(image: Image.Image, orientation: int | None) -> GrayImage:
    """Return the grey values (H, W) of an opened image, upright."""
    try:
        image.load()
        turn = _TURNS.get(_orientation(image) if orientation is None else orientation)
        gray = _luma(image)
        return gray if turn is None else np.array(Image.fromarray(gray).transpose(turn))
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes Pillow raise nearly anything
        reason = str(error)
    # Raised out here, the error does not keep the frames of a decoder alive; nor, closed, the pixels.
    image.close()
    raise ImageDecodeError(DAMAGED_IMAGE.format(image.format or "image", reason))


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none or it cannot be read."""
    try:
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except Exception:  # damaged metadata does not make the picture unreadable
        return 1


def _luma(image: Image.Image) -> GrayImage:
    """Return the luma (ITU-R 601-2) of a decoded image, (H, W), or the channel that shows its ink."""
    convert = _conversion(image)
    gray = np.empty((image.height, image.width), np.uint8)
    # Some rows at a time: Pillow makes several copies of what becomes an array.
    for rows in strips(image.height, image.width):
        gray[rows] = convert(image.crop((0, rows.start, image.width, rows.stop)))
    return gray


def _conversion(image: Image.Image) -> _Strip:
    """Return what turns a strip of an image into grey values (h, W)."""
    if image.mode.startswith("I;16"):
        return lambda strip: array_to_uint8(np.asarray(strip).astype(np.uint16, copy=False))
    if image.mode in ("I", "F"):  # no standard says which value is white
        extrema = np.array(image.getextrema(), np.float64)  # one band: its least and greatest value
        low, high = extrema.tolist()
        return lambda strip: _stretched(np.asarray(strip), low, high)
    if image.mode == "LAB":
        return lambda strip: np.asarray(strip.getchannel("L"))
    if image.has_transparency_data:
        ground = ground_of(_with_alpha(sampled(image)))
        return lambda strip: np.asarray(_on_ground(strip, ground))
    if image.mode in ("L", "1"):
        return lambda strip: np.asarray(strip.convert("L"))
    channel = clearest_channel(sampled(image).convert("RGB"))
    if channel is not None:
        return lambda strip: np.asarray(strip.convert("RGB").getchannel(channel))
    return lambda strip: np.asarray(strip.convert("L"))


def _stretched(values: Pixels, low: float, high: float) -> Pixels:
    """Map low-high to 0-255, or everything to 255 if they are equal; (H, W) to uint8 of that shape.

    Raises:
        ValueError: If a value is infinite or not a number.
    """
    numbers = values.astype(np.float64)
    if not np.isfinite([low, high]).all() or not np.isfinite(numbers).all():
        raise ValueError("pixels that are infinite or not a number")
    if low == high:
        return np.full(values.shape, 255, np.uint8)
    return np.rint((numbers - low) * (255 / (high - low))).astype(np.uint8)


def _on_ground(image: Image.Image, ground: int) -> Image.Image:
    """Return a grey image of one with transparency, laid on a grey."""
    image = _with_alpha(image)
    return Image.composite(image.convert("L"), Image.new("L", image.size, ground), image.getchannel("A"))


def _with_alpha(image: Image.Image) -> Image.Image:
    """Return an image with transparency as one of the mode LA or RGBA."""
    if image.mode in ("LA", "RGBA"):  # converting to the same mode would copy
        return image
    return image.convert("LA" if image.mode in ("1", "L", "La") else "RGBA")
