"""Anything that holds an image -> uint8 (H, W): the only place where image files are decoded.

Input is untrusted: the format is told by content, the size is checked before a pixel is
decoded, and whatever a decoder raises comes out as one of four `InvalidInputError`s.
"""

import base64
import binascii
import io
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from text_recognizer.errors import (
    ImageDecodeError,
    ImageTooLargeError,
    InvalidInputError,
    UnsupportedFormatError,
)
from text_recognizer.images.conversion import extrema, scale, to_uint8

Gray = npt.NDArray[np.uint8]
ImageSource: TypeAlias = str | Path | bytes | Image.Image | npt.NDArray[np.generic]


@dataclass(frozen=True)
class ImageLimits:
    """What is accepted; more is refused before it is decoded.

    Attributes:
        max_bytes: Size of the encoded file.
        max_pixels: Width times height; of WebP `WEBP_SHARE` of them.
        max_side: Width or height.
        formats: Pillow's names of the accepted formats; of several frames or pages the first is read.
    """

    max_bytes: int = 8 * 2**20
    max_pixels: int = 25_000_000
    max_side: int = 20_000
    formats: tuple[str, ...] = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


LIMITS = ImageLimits()

# Pillow holds four copies of a WebP's pixels while it decodes them: 400 MB for 25 million.
WEBP_SHARE = 0.6
# Each scan of a progressive JPEG costs as much time as the image is large, and next to no bytes. libjpeg
# writes 10 of them; so many are accepted for the largest image, and more for smaller ones.
_JPEG_SCANS = 16
_STRIP = 2**20  # pixels

_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM", b"GIF8")
_EXIF_ORIENTATION = 0x0112
_TURNS = {
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


def load_image(source: ImageSource, limits: ImageLimits = LIMITS) -> Gray:
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
        "Expected an image as path, bytes, data URI, PIL image or numpy array; "
        f"received {type(source).__name__}. Convert it to one of these."
    )


def load_data_uri(text: str, limits: ImageLimits = LIMITS) -> Gray:
    """Return the grey values (H, W) of an image in a base64 data URI (RFC 2397).

    The content decides about the format, not the media type that the URI claims.

    Args:
        text: `data:[<media type>];base64,<data>`.
        limits: What is accepted.

    Raises:
        InvalidInputError: If `text` is no such URI; and as `load_image` raises.
    """
    head, comma, body = text.partition(",")
    if not comma or not head.startswith("data:") or not head.lower().endswith(";base64"):
        raise InvalidInputError(
            f"Expected a data URI 'data:image/png;base64,...'; received {_start(text)}. "
            "Encode the image file with base64 and put that head in front."
        )
    if len(body) * 3 // 4 > limits.max_bytes + 2:
        raise _too_many_bytes(limits)
    try:
        data = base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError(
            f"Expected base64 after the comma of the data URI; received {_start(body)} ({error}). "
            "Encode the image file with the standard alphabet and padding."
        ) from error
    return _from_bytes(data, limits)


def _read(path: Path, limits: ImageLimits) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInputError(
            f"Expected the path of a readable image file; received {str(path)!r}: {reason}. Check the path."
        ) from error
    return data


def _from_bytes(data: bytes, limits: ImageLimits) -> Gray:
    if not data:
        raise InvalidInputError("Expected an image file; received 0 bytes. Check that the file was written.")
    if len(data) > limits.max_bytes:
        raise _too_many_bytes(limits)
    with _open(data, limits) as image:
        _check_effort(image, data, limits)
        image.draft("L", None)  # a JPEG's luma alone takes a third of the memory
        return _decode(image, limits)


def _decode(image: Image.Image, limits: ImageLimits) -> Gray:
    _check_size(image.size, limits)
    try:
        image.load()
        return _gray(image)
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes Pillow raise nearly anything
        raise _damaged(image.format or "image", error) from error


def _open(data: bytes, limits: ImageLimits) -> Image.Image:
    """Read the header only."""
    try:
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=limits.formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLargeError(
            f"Expected at most {limits.max_pixels:,} pixels; received more ({error}). Scale the image down."
        ) from error
    except Exception as error:  # as above; UnidentifiedImageError is the usual one
        if data.startswith(_MAGIC) or (data.startswith(b"RIFF") and b"WEBP".startswith(data[8:12])):
            raise _damaged("image", error) from error
        raise UnsupportedFormatError(
            f"Expected an image as {', '.join(limits.formats)}; received {len(data):,} bytes that start with "
            f"{data[:12]!r}. Convert the image to PNG or JPEG."
        ) from error


def _gray(image: Image.Image) -> Gray:
    """Convert any mode of Pillow's to (H, W) uint8, upright."""
    turn = _TURNS.get(_orientation(image))
    if image.mode.startswith("I;16"):
        image = _scaled(image, 0, 65535)
    elif image.mode in ("I", "F"):  # no standard says which value is white
        image = _scaled(image, *extrema(map(np.asarray, _strips(image))))
    elif image.mode == "LAB":
        image = image.getchannel("L")
    elif image.has_transparency_data:
        image = _on_white(image)
    gray = np.concatenate([np.asarray(strip.convert("L")) for strip in _strips(image)])
    return gray if turn is None else np.array(Image.fromarray(gray).transpose(turn))


def _scaled(image: Image.Image, low: float, high: float) -> Image.Image:
    return Image.fromarray(np.concatenate([scale(np.asarray(strip), low, high) for strip in _strips(image)]))


def _strips(image: Image.Image) -> Iterator[Image.Image]:
    """Yield the image some rows at a time: Pillow makes three copies of what becomes an array."""
    step = max(1, _STRIP // image.width)
    for top in range(0, image.height, step):
        yield image.crop((0, top, image.width, min(top + step, image.height)))


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none or it cannot be read."""
    try:
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except Exception:  # damaged metadata does not make the picture unreadable
        return 1


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in ("LA", "RGBA"):  # converting to the same mode would copy
        image = image.convert("LA" if image.mode in ("1", "L", "La") else "RGBA")
    return Image.composite(image.convert("L"), Image.new("L", image.size, 255), image.getchannel("A"))


def _from_array(array: npt.NDArray[np.generic], limits: ImageLimits) -> Gray:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or array.size == 0 or channels not in (1, 3, 4):
        raise InvalidInputError(
            f"Expected an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4); received shape {array.shape}. "
            "Pass one image, channels last."
        )
    _check_size((array.shape[1], array.shape[0]), limits)
    if array.ndim == 2:
        return np.array(to_uint8(array))  # a copy of the caller's
    return _gray(Image.fromarray(to_uint8(array)))


def _check_size(size: tuple[int, int], limits: ImageLimits) -> None:
    width, height = size
    if width == 0 or height == 0:
        raise ImageDecodeError(f"Expected at least one pixel; received {width} x {height}. Check the image.")
    if width * height > limits.max_pixels or max(size) > limits.max_side:
        raise ImageTooLargeError(
            f"Expected at most {limits.max_pixels:,} pixels and {limits.max_side:,} per side; "
            f"received {width} x {height}. Scale the image down."
        )


def _check_effort(image: Image.Image, data: bytes, limits: ImageLimits) -> None:
    """Refuse what takes much more memory or time than its size lets expect."""
    pixels = image.width * image.height
    if image.format == "WEBP" and pixels > WEBP_SHARE * limits.max_pixels:
        raise ImageTooLargeError(
            f"Expected at most {WEBP_SHARE * limits.max_pixels:,.0f} pixels in WebP; "
            f"received {image.width} x {image.height}. Scale the image down, or save it as PNG or JPEG."
        )
    # Elsewhere in a JPEG 0xFF is followed by other bytes; thumbnails in its head may have a few scans more.
    if image.format in ("JPEG", "MPO"):
        scans = data.count(b"\xff\xda")
        if scans * pixels > _JPEG_SCANS * limits.max_pixels:
            raise ImageTooLargeError(
                f"Expected a JPEG of at most {_JPEG_SCANS * limits.max_pixels // pixels} scans; "
                f"received {scans}. Save the image again, not progressive."
            )


def _too_many_bytes(limits: ImageLimits) -> ImageTooLargeError:
    return ImageTooLargeError(
        f"Expected at most {limits.max_bytes:,} bytes; received more. "
        "Scale the image down or save it as JPEG."
    )


def _damaged(what: str, error: Exception) -> ImageDecodeError:
    return ImageDecodeError(
        f"Expected a whole {what} file; received a damaged one ({error}). Save or send it again."
    )


def _start(text: str) -> str:
    return repr(text[:40] + ("..." if len(text) > 40 else ""))
