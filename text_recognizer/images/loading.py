"""Anything that holds an image -> uint8 (H, W): the only place where image files are decoded.

Input is untrusted: the content tells the format, the size is checked before a pixel is decoded, and whatever
a decoder raises comes out as one of four `InvalidInputError`s.
"""

import base64
import binascii
import io
import threading
import warnings
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage, Pixels
from text_recognizer.errors import (
    ImageDecodeError,
    ImageTooLargeError,
    InvalidInputError,
    UnsupportedFormatError,
)
from text_recognizer.images.conversion import array_to_uint8, image_to_gray
from text_recognizer.images.limits import LIMITS, ImageLimits, check_bytes, check_effort, check_size

ImageSource: TypeAlias = str | Path | bytes | Image.Image | Pixels

# First bytes of the accepted formats (WebP aside): what starts so and cannot be read is damaged, not foreign.
_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM", b"GIF8")
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
# `warnings.catch_warnings` changes the whole process, so threads take turns; only headers are read inside.
_warnings_lock = threading.Lock()


def load_image(source: ImageSource, limits: ImageLimits = LIMITS) -> GrayImage:
    """Return the grey values of an image.

    The EXIF orientation is applied, transparency is laid on white, colours become
    luma (ITU-R 601-2), 16 bits become 8.

    Args:
        source: Path of an image file; bytes of one; data URI (`data:image/png;base64,...`);
            PIL image; or array (H, W), (H, W, 1|3|4) of uint8, uint16, bool, or float in [0, 1].
        limits: What is accepted.

    Returns:
        (H, W) uint8, 0 = black, 255 = white.

    Raises:
        InvalidInputError: If there is no such file, or the array is none of the above.
        ImageTooLargeError: If a limit is exceeded.
        UnsupportedFormatError: If the bytes are no image of an accepted format.
        ImageDecodeError: If they are one, but damaged.
    """
    if isinstance(source, np.ndarray):
        return _from_array(source, limits)
    if isinstance(source, Image.Image):
        return _decode(source, limits)
    if isinstance(source, str) and source.startswith("data:"):
        return load_data_uri(source, limits)
    if isinstance(source, str | Path):
        return _from_bytes(_read(Path(source), limits), limits)
    if isinstance(source, bytes | bytearray | memoryview):
        return _from_bytes(bytes(source), limits)
    raise InvalidInputError(
        f"{type(source).__name__} is no source of an image; expected a path, bytes, data URI, PIL image or "
        "numpy array. Convert it to one of these."
    )


def load_data_uri(text: str, limits: ImageLimits = LIMITS) -> GrayImage:
    """Return the grey values (H, W) of an image in a base64 data URI (RFC 2397).

    The content decides about the format, not the media type that the URI claims.

    Args:
        text: `data:[<media type>];base64,<data>`.
        limits: What is accepted.

    Raises:
        InvalidInputError: If `text` is no data URI in base64; and as `load_image` raises.
    """
    head, comma, body = text.partition(",")
    if not comma or not head.startswith("data:") or not head.lower().endswith(";base64"):
        raise InvalidInputError(
            f"Expected a data URI 'data:image/png;base64,...'; received {_start(text)}. "
            "Encode the image file with base64 and put that head in front."
        )
    check_bytes(len(body) * 3 // 4 - 2, limits)  # base64 may end with two bytes of padding
    try:
        data = base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError(
            f"Expected base64 after the comma of the data URI; received {_start(body)} ({error}). "
            "Encode the image file with the standard alphabet and padding."
        ) from error
    return _from_bytes(data, limits)


def _read(path: Path, limits: ImageLimits) -> bytes:
    """Return the bytes of a file, at most one more than allowed."""
    try:
        with path.open("rb") as file:
            return file.read(limits.max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInputError(
            f"The image file {str(path)!r} cannot be read: {reason}. Check the path."
        ) from error


def _from_bytes(data: bytes, limits: ImageLimits) -> GrayImage:
    """Return the grey values (H, W) of an image file."""
    if not data:
        raise InvalidInputError("The image file has 0 bytes. Check that it was written.")
    check_bytes(len(data), limits)
    with _open(data, limits) as image:
        check_effort(image, data, limits)
        image.draft("L", None)  # decoding the luma of a JPEG alone takes a third of the memory
        return _decode(image, limits)


def _open(data: bytes, limits: ImageLimits) -> Image.Image:
    """Read the header only."""
    try:
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=limits.formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLargeError(
            f"The image has too many pixels ({error}); expected at most {limits.max_pixels:,}. "
            "Scale the image down."
        ) from error
    except Exception as error:  # as in _decode; UnidentifiedImageError is the usual one
        if data.startswith(_MAGIC) or (data.startswith(b"RIFF") and b"WEBP".startswith(data[8:12])):
            raise _damaged("image", error) from error
        raise UnsupportedFormatError(
            f"The {len(data):,} bytes that start with {data[:12]!r} are no image that can be read; expected "
            f"{', '.join(limits.formats)}. Convert the image to PNG or JPEG."
        ) from error


def _decode(image: Image.Image, limits: ImageLimits) -> GrayImage:
    """Return the grey values (H, W) of an opened image, upright."""
    check_size(image.size, limits)
    try:
        image.load()
        turn = _TURNS.get(_orientation(image))
        gray = image_to_gray(image)
        return gray if turn is None else np.array(Image.fromarray(gray).transpose(turn))
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes Pillow raise nearly anything
        raise _damaged(image.format or "image", error) from error


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none or it cannot be read."""
    try:
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except Exception:  # damaged metadata does not make the picture unreadable
        return 1


def _from_array(array: Pixels, limits: ImageLimits) -> GrayImage:
    """Return the grey values (H, W) of an array (H, W) or (H, W, 1|3|4)."""
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or array.size == 0 or channels not in (1, 3, 4):
        raise InvalidInputError(
            f"The array has the shape {array.shape}; expected (H, W), (H, W, 1), (H, W, 3) or (H, W, 4). "
            "Pass one image, channels last."
        )
    check_size((array.shape[1], array.shape[0]), limits)
    if array.ndim == 2:
        return np.array(array_to_uint8(array), np.uint8)  # a copy of the caller's
    return image_to_gray(Image.fromarray(array_to_uint8(array)))


def _damaged(what: str, error: Exception) -> ImageDecodeError:
    return ImageDecodeError(f"The {what} file is damaged ({error}). Save or send it again.")


def _start(text: str) -> str:
    return repr(text[:40] + ("..." if len(text) > 40 else ""))
