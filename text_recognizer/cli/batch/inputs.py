"""What `recognize` takes in beside files: stdin, a list of words, and how large images may be."""

import re
import sys
from dataclasses import replace
from pathlib import Path, PurePath

from text_recognizer.documents.sources import Source
from text_recognizer.errors import InvalidInputError
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits

_HEADER_BYTES = 2**20  # of a file, beside its pixels


def limits_of(max_pixels: int) -> ImageLimits:
    """Return the limits for images of so many pixels; files may have as many bytes as these can take."""
    bytes_per_pixel = LIBRARY_LIMITS.max_bytes // LIBRARY_LIMITS.max_pixels
    max_bytes = bytes_per_pixel * max_pixels + _HEADER_BYTES
    return replace(LIBRARY_LIMITS, max_pixels=max_pixels, max_bytes=max_bytes)


def stdin_source(limits: ImageLimits) -> Source:
    """Return what stdin holds, at most a byte more than allowed."""
    if sys.stdin is None:
        problem = "stdin is closed. Redirect an image to it, or name a file."
        return Source(b"", "-", PurePath("stdin"), problem)
    return Source(sys.stdin.buffer.read(limits.max_bytes + 1), "-", PurePath("stdin"))


def read_words(path: Path | None) -> tuple[str, ...]:
    """Return the words in a text file; none without a file.

    Raises:
        InvalidInputError: If it cannot be read as UTF-8.
    """
    if path is None:
        return ()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InvalidInputError(
            f"Expected a text file (UTF-8) of words; received {str(path)!r}: {error}. Check --words."
        ) from error
    return tuple(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text))
