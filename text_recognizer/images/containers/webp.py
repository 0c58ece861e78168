"""WebP (RFC 9649) without profile, EXIF, XMP and frames beyond the first."""

import struct

from text_recognizer.images.containers import exif
from text_recognizer.images.containers.contents import MAX_PARTS, Contents, refuse_parts

_HEAD_BYTES = 12  # RIFF, its length, WEBP
_NEEDED = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}
_PICTURES = {b"VP8 ", b"VP8L", b"ANMF"}
_METADATA_FLAGS = 0b0010_1100  # of VP8X: profile, EXIF, XMP
_COPIES_OF_PIXELS = 3  # that libwebp and Pillow make beside the image, of 4 bytes a pixel


def is_webp(data: bytes) -> bool:
    """Tell whether a file begins as a WebP does."""
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def contents_of(data: bytes) -> Contents:
    """Return the file `data` with the chunks that its first picture needs."""
    needed: list[bytes] = []
    size = None
    in_exif = in_xmp = exif.UPRIGHT
    shown = False
    at = _HEAD_BYTES
    end_of_file = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    for _ in range(MAX_PARTS):
        if at + 8 > end_of_file:
            break
        name, length = struct.unpack_from("<4sL", data, at)
        end = at + 8 + length + length % 2
        if name == b"EXIF":
            in_exif = exif.orientation_in_exif(data[at + 8 : end])
        elif name == b"XMP ":
            in_xmp = exif.orientation_in_xmp(data[at + 8 : end])
        elif name in _NEEDED and not (shown and name in _PICTURES):
            chunk = data[at:end]
            needed.append(_without_metadata(chunk) if name == b"VP8X" else chunk)
            size = size or _size(chunk)
            shown |= name in _PICTURES
        at = end
    else:
        refuse_parts("chunks")
    body = b"WEBP" + b"".join(needed)
    width, height = size or (0, 0)
    return Contents(
        b"RIFF" + struct.pack("<L", len(body)) + body,
        size,
        in_exif if in_exif != exif.UPRIGHT else in_xmp,
        4 * _COPIES_OF_PIXELS * width * height,
    )


def _without_metadata(chunk: bytes) -> bytes:
    """Return a chunk VP8X that promises no metadata."""
    return chunk[:8] + bytes(flags & ~_METADATA_FLAGS & 0xFF for flags in chunk[8:9]) + chunk[9:]


def _size(chunk: bytes) -> tuple[int, int] | None:
    """Return width and height if the chunk states those of the whole image."""
    body = chunk[8:]
    if chunk.startswith(b"VP8X") and len(body) >= 10:
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if chunk.startswith(b"VP8L") and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk.startswith(b"VP8 ") and len(body) >= 10:
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    return None
