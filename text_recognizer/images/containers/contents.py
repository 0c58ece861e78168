"""What is left of an image file when everything that decoding does not need is taken out of it."""

from dataclasses import dataclass
from typing import NoReturn

from text_recognizer.errors import ImageTooLargeError

MAX_PARTS = 50_000  # chunks, segments or blocks; a file of 8 MB in the usual chunks of 8 kB has 1,000


@dataclass(frozen=True)
class Contents:
    """An image file without metadata, and what has to be known before it is decoded.

    Metadata (profiles, EXIF, texts, comments, thumbnails, further frames) is where a small file makes a
    decoder work and remember most, and no pixel depends on it.

    Attributes:
        data: The file, as short as decoding allows.
        size: Width and height in pixels if they are known without a decoder; they are checked before one
            allocates anything.
        orientation: EXIF orientation, 1-8; 1 is upright; None: as the decoded image says.
        buffer_bytes: What the decoder allocates beside the pixels of the image.
        scans: How often a decoder goes through the whole image.
    """

    data: bytes
    size: tuple[int, int] | None = None
    orientation: int | None = 1
    buffer_bytes: int = 0
    scans: int = 1


def refuse_parts(kind: str) -> NoReturn:
    """Refuse a file of too many parts, each of which costs time, however little it holds.

    Args:
        kind: What the format calls its parts.

    Raises:
        ImageTooLargeError: Always.
    """
    raise ImageTooLargeError(
        f"The image file has too many {kind}; expected at most {MAX_PARTS:,}. Save the image again."
    )
