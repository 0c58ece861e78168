"""PNG (ISO/IEC 15948) without anything but its pixels: no profile, text, animation or private chunk."""

import struct

from text_recognizer.images.containers import exif
from text_recognizer.images.containers.contents import MAX_PARTS, Contents, refuse_parts

MAGIC = b"\x89PNG\r\n\x1a\n"

_NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_FRAME_BYTES = 12  # length, name and CRC of a chunk
_SIZE_END = 24  # of width and height in IHDR, the first chunk


def contents_of(data: bytes) -> Contents:
    """Return the file `data` with the chunks that decoding needs."""
    needed = [MAGIC]
    in_exif = in_xmp = exif.UPRIGHT
    at = len(MAGIC)
    for _ in range(MAX_PARTS):
        if at + 8 > len(data):
            break
        length, name = struct.unpack_from(">L4s", data, at)
        end = at + _FRAME_BYTES + length
        if name in _NEEDED:  # of one that is cut off, the decoder sees what is there
            needed.append(data[at:end])
        elif name == b"eXIf":
            in_exif = exif.orientation_in_exif(data[at + 8 : end - 4])
        elif name == b"iTXt" and data.startswith(b"XML:com.adobe.xmp\0", at + 8):
            in_xmp = exif.orientation_in_xmp(data[at + 8 : end - 4])
        if name == b"IEND":
            break
        at = end
    else:
        refuse_parts("chunks")
    orientation = in_exif if in_exif != exif.UPRIGHT else in_xmp
    return Contents(b"".join(needed), _size(data), orientation)


def _size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR" or len(data) < _SIZE_END:
        return None
    width, height = struct.unpack_from(">LL", data, 16)
    return width, height
