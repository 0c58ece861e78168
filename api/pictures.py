"""Responses that show the recognized pages, PDF and PNG: bounded in pixels, time and bytes."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageTooLargeError
from text_recognizer.formats import PICTURE_FORMATS
from text_recognizer.predictions.types import PagePrediction

_TOO_LONG = "The response has more than {:,} bytes. Choose fewer pages, or another format."


@dataclass(frozen=True)
class PictureLimits:
    """What a page may take in a format that shows it.

    ```python
    from api.pictures import PICTURE_LIMITS

    print(PICTURE_LIMITS["png"].max_pixels)
    ```

    Attributes:
        max_pixels: Of its image; a larger one is reduced.
        seconds: Of the processor, for drawing and compressing the costliest page. They are taken from the
            time that an image may take.
    """

    max_pixels: int
    seconds: float


PICTURE_LIMITS = {
    "pdf": PictureLimits(8_700_000, 0.2),  # A4 at 300 dpi
    "png": PictureLimits(2_200_000, 0.6),  # A4 at 150 dpi; as much again for the text beside it, in colour
}


class _BoundedFile(io.BytesIO):
    """A file in memory that takes no more than `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._max_bytes = max_bytes

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # all writers write bytes
        if self.tell() + len(data) > self._max_bytes:
            raise ImageTooLargeError(_TOO_LONG.format(self._max_bytes))
        return super().write(data)


def draw_pages(format_: str, pages: Iterable[tuple[PagePrediction, GrayImage]], max_bytes: int) -> bytes:
    """Return the content of a file that shows pages.

    Args:
        format_: A key of `PICTURE_FORMATS`.
        pages: What was recognized, and its image (H, W), which may be reduced; each is written before the
            next one is taken.
        max_bytes: Size of the file.

    Raises:
        ImageTooLargeError: If the file becomes larger.
    """
    file = _BoundedFile(max_bytes)
    PICTURE_FORMATS[format_].write(file, pages)
    return file.getvalue()
