"""The orientation of an image in its EXIF or XMP metadata; nothing else of them is read."""

import re
import struct

UPRIGHT = 1

_ORIENTATION = 0x0112  # the tag's number in TIFF 6.0 and EXIF
_SHORT = 3  # TIFF 6.0's type of 16 bits, which the tag has
_MAX_TAGS = 1000  # cameras write about 20 beside the orientation
_XMP_ORIENTATION = re.compile(rb"tiff:Orientation(?:=[\"']|>)([1-8])")
_MAX_XMP_BYTES = 2**16  # as much as fits into a segment of a JPEG


def orientation_in_exif(exif: bytes) -> int:
    """Return the orientation, 1-8, in a block of EXIF, with or without its head; 1 if none can be read.

    Damaged metadata does not make the picture unreadable.
    """
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return UPRIGHT
    try:
        (first,) = struct.unpack_from(f"{order}L", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, first)
        for number in range(min(count, _MAX_TAGS)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHLH", exif, first + 2 + 12 * number)
            if tag == _ORIENTATION and kind == _SHORT:
                return checked(value)
    except struct.error:  # the block ends too early
        pass
    return UPRIGHT


def orientation_in_xmp(xmp: bytes) -> int:
    """Return the orientation, 1-8, in a packet of XMP; 1 if there is none."""
    found = _XMP_ORIENTATION.search(xmp, 0, _MAX_XMP_BYTES)
    return int(found.group(1)) if found else UPRIGHT


def checked(value: int) -> int:
    """Return the value of an orientation tag, or 1 if there is no such orientation."""
    return value if 1 <= value <= 8 else UPRIGHT
