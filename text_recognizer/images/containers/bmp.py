"""BMP: has no metadata; but run lengths are decoded in Python, which takes its time."""

import struct

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.containers.contents import Contents

MAGIC = b"BM"

_RUN_LENGTHS = (1, 2)  # BI_RLE8 and BI_RLE4
_MAX_RUN_LENGTH_BYTES = 2**20  # half a second in Pillow; such files come from before 2000 and are small
_CORE_HEADER_BYTES = 12  # the header of OS/2 has other fields and no compression


def contents_of(data: bytes) -> Contents:
    """Return the file `data` as it is.

    Raises:
        ValueError: If it ends within its head.
        ImageTooLargeError: If it has very many run lengths.
    """
    if len(data) < 26:
        raise ValueError("it ends within its head")
    (header,) = struct.unpack_from("<L", data, 14)
    if header == _CORE_HEADER_BYTES:
        width, height = struct.unpack_from("<HH", data, 18)
        return Contents(data, (width, height))
    if len(data) < 34:
        raise ValueError("it ends within its head")
    width, height, _, compression = struct.unpack_from("<Llll", data, 18)
    if compression in _RUN_LENGTHS:
        if len(data) > _MAX_RUN_LENGTH_BYTES:
            raise ImageTooLargeError(
                f"The BMP has {len(data):,} bytes of run lengths; expected at most "
                f"{_MAX_RUN_LENGTH_BYTES:,}. Save the image as PNG."
            )
        # Pillow gathers all pixels in an array that grows, and copies it.
        return Contents(data, (width, abs(height)), buffer_bytes=3 * width * abs(height))
    return Contents(data, (width, abs(height)))
