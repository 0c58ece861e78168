"""Whatever holds an image -> an opened file, of which only the header was read, or an array.

Input is untrusted: no more bytes are read than are allowed, the content tells the format, and metadata does
not reach a decoder.
"""

import base64
import binascii
import io
import string
import threading
import warnings
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image, UnidentifiedImageError

from text_recognizer.arrays import Pixels
from text_recognizer.errors import (
    DAMAGED_IMAGE,
    ImageDecodeError,
    ImageTooLargeError,
    InvalidInputError,
    UnsupportedFormatError,
)
from text_recognizer.images import pdf
from text_recognizer.images.containers import tiff
from text_recognizer.images.containers.contents import Contents
from text_recognizer.images.containers.dispatch import contents_of
from text_recognizer.images.limits import PDF, ImageLimits, check_size
from text_recognizer.images.plugins import pillow_formats

ImageSource: TypeAlias = str | Path | bytes | Image.Image | Pixels
Opened: TypeAlias = Image.Image | Pixels

# First bytes of the accepted formats (WebP aside): what starts so and cannot be read is damaged, not foreign.
_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM", b"GIF8")
_WHITE_SPACE = string.whitespace.encode("ascii")
# `warnings.catch_warnings` changes the whole process, so threads take turns; only headers are read inside.
_warnings_lock = threading.Lock()


def open_source(source: ImageSource, limits: ImageLimits, page: int = 1) -> tuple[Opened, Contents | None]:
    """Return an image with its header read, or the array as it came; and what of its file is decoded, if any.

    Args:
        source: As `load_image` takes it.
        limits: What is accepted; here its bytes and formats.
        page: Which page of a PDF or a TIFF, from 1 on. That of a PDF is rendered.

    Raises:
        InvalidInputError: If there is no such file or page, or `source` holds no image.
        ImageTooLargeError: If the file has too many bytes, parts or pixels.
        UnsupportedFormatError: If the bytes are no image of an accepted format.
        ImageDecodeError: If they are one, but its header is damaged.
    """
    if isinstance(source, np.ndarray | Image.Image):
        _check_page(page, 1)
        return source, None
    return _open(_bytes_of(source, limits), limits, page)


def count_pages(source: ImageSource, limits: ImageLimits) -> int:
    """Return the number of pages of a PDF or a TIFF; 1 of any other source, whether it is an image or not.

    Args:
        source: As `load_image` takes it.
        limits: What is accepted.

    Raises:
        InvalidInputError: If there is no such file, or a PDF is protected by a password.
        ImageTooLargeError: If the file has too many bytes or pages.
        UnsupportedFormatError: If it is a PDF, and what reads them is not installed.
        ImageDecodeError: If it is a PDF that is damaged.
    """
    if isinstance(source, np.ndarray | Image.Image):
        return 1
    if isinstance(source, str | Path) and not _may_have_pages(source):
        return 1
    data = _bytes_of(source, limits)
    _check_bytes(len(data), limits)
    count = 1
    if data.startswith(tiff.MAGICS):
        count = max(1, tiff.count_pages(data, limits.max_pages + 1))
    elif _is_pdf(data, limits):
        count = pdf.count_pages(data)
    if count > limits.max_pages:
        raise ImageTooLargeError(
            f"The file has {count:,} pages or more; expected at most {limits.max_pages:,}. Split it."
        )
    return count


def _may_have_pages(path: str | Path) -> bool:
    """Tell whether a file, or a data URI, may be a PDF or a TIFF; of others no more than this is read."""
    if str(path).startswith("data:"):
        return True
    start = _read(Path(path), ImageLimits(max_bytes=pdf.HEADER_BYTES - 1))
    return start.startswith(tiff.MAGICS) or pdf.is_pdf(start)


def _bytes_of(source: str | Path | bytes, limits: ImageLimits) -> bytes:
    """Return the bytes of a file, at most one more than allowed; a data URI must have fewer."""
    if isinstance(source, str) and source.startswith("data:"):
        return _bytes_of_data_uri(source, limits)
    if isinstance(source, str | Path):
        return _read(Path(source), limits)
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    raise InvalidInputError(
        f"{type(source).__name__} is no source of an image; expected a path, bytes, data URI, PIL image or "
        "numpy array. Convert it to one of these."
    )


def open_data_uri(text: str, limits: ImageLimits) -> tuple[Opened, Contents | None]:
    """Do what `open_source` does, for an image in a base64 data URI (RFC 2397) alone.

    The content decides about the format, not the media type that the URI claims.

    Raises:
        InvalidInputError: If `text` is no data URI in base64; and as `open_source` raises.
    """
    return _open(_bytes_of_data_uri(text, limits), limits, page=1)


def _bytes_of_data_uri(text: str, limits: ImageLimits) -> bytes:
    head, comma, body = text.partition(",")
    if not comma or not head.startswith("data:") or not head.lower().endswith(";base64"):
        raise InvalidInputError(
            f"Expected a data URI 'data:image/png;base64,...'; received {_start(text)}. "
            "Encode the image file with base64 and put that head in front."
        )
    _check_bytes(len(body) * 3 // 4 - 2, limits)  # base64 may end with two bytes of padding
    try:
        return base64.b64decode(body.encode("ascii").translate(None, _WHITE_SPACE), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError(
            f"Expected base64 after the comma of the data URI; received {_start(body)} ({error}). "
            "Encode the image file with the standard alphabet and padding."
        ) from error


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


def _open(data: bytes, limits: ImageLimits, page: int) -> tuple[Opened, Contents | None]:
    """Return the image in a file, of which only the header is read, and what of the file is decoded."""
    if not data:
        raise InvalidInputError("The image file has 0 bytes. Check that it was written.")
    _check_bytes(len(data), limits)
    if _is_pdf(data, limits):
        return pdf.render_page(data, page, limits), None
    if not data.startswith(tiff.MAGICS):
        _check_page(page, 1)
    try:
        contents = contents_of(data, page)
        if contents.size is not None:
            check_size(contents.size, limits)
        image = open_colours(contents.data, limits)
        image.draft("L", None)  # decoding the luma of a JPEG alone takes a third of the memory
        return image, contents
    except InvalidInputError:
        raise
    except UnidentifiedImageError:  # its message has an address in memory
        reason = "its header cannot be read"
    except Exception as error:
        reason = str(error)
    # Raised out here, the error does not keep the frames of a decoder, and what they hold, alive.
    if data.startswith(_MAGIC) or (data.startswith(b"RIFF") and b"WEBP".startswith(data[8:12])):
        raise ImageDecodeError(DAMAGED_IMAGE.format("image", reason))
    if pdf.is_pdf(data):
        raise UnsupportedFormatError(
            f"The file is a PDF; expected {', '.join(limits.formats)}. Send each page as an image, or read "
            "it with `text-recognizer recognize`."
        )
    raise UnsupportedFormatError(
        f"The {len(data):,} bytes that start with {data[:12]!r} are no image that can be read; expected "
        f"{', '.join(limits.formats)}. Convert the image to PNG or JPEG."
    )


def open_colours(data: bytes, limits: ImageLimits) -> Image.Image:
    """Return the image in a file without metadata, not yet decoded.

    Args:
        data: See `Contents`.
        limits: What is accepted.

    Raises:
        ImageTooLargeError: If Pillow takes it for too large.
    """
    try:
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=pillow_formats(limits.formats))
    except Image.DecompressionBombError as error:
        reason = str(error)
    raise ImageTooLargeError(
        f"The image has too many pixels ({reason}); expected at most {limits.max_pixels:,}. "
        "Scale the image down."
    )


def _is_pdf(data: bytes, limits: ImageLimits) -> bool:
    return PDF in limits.formats and not data.startswith(_MAGIC) and pdf.is_pdf(data)


def _check_page(page: int, count: int) -> None:
    if not 1 <= page <= count:
        raise InvalidInputError(f"The image has {count} page; received page {page}.")


def _check_bytes(count: int, limits: ImageLimits) -> None:
    """Refuse a file of too many bytes; `count` are those that were read."""
    if count > limits.max_bytes:
        raise ImageTooLargeError(
            f"The image file is too large; expected at most {limits.max_bytes:,} bytes. "
            "Scale the image down or save it as JPEG."
        )


def _start(text: str) -> str:
    return repr(text[:40] + ("..." if len(text) > 40 else ""))
