"""JPEG (ITU-T T.81) without comments and application segments, but for those that name its colours."""

import re
import struct
from collections.abc import Iterator

from text_recognizer.images.containers import exif
from text_recognizer.images.containers.contents import MAX_PARTS, Contents, refuse_parts

MAGIC = b"\xff\xd8\xff"

_SOS, _COM = 0xDA, 0xFE
_APP0, _APP1, _APP14, _APP15 = 0xE0, 0xE1, 0xEE, 0xEF
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # DHT, JPG and DAC lie among them
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xDA), *range(0xF0, 0xFE)}
_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)  # fill bytes come before, stuffed zeros are no marker
SCAN_MARKER = b"\xff\xda"  # behind the first scan 0xFF is followed by other bytes
_COEFFICIENT_BYTES = 2
_BLOCK_PX = 8


def contents_of(data: bytes) -> Contents:
    """Return the file `data` with the segments that decoding needs.

    Raises:
        ValueError: If it ends before the first scan, or a segment has an impossible length.
    """
    needed = [data[:2]]
    in_exif = in_xmp = exif.UPRIGHT
    frame: tuple[int, bytes] | None = None
    layers = b""  # how many the first scan has, as a byte
    for marker, start, end in _segments(data):
        body = data[start + 4 : end]
        if marker == _SOS:
            needed.append(data[start:])
            layers = body[:1]
            break
        if marker in _SOF:
            frame = marker, body
        if marker == _APP1 and body.startswith(b"Exif\0\0") and in_exif == exif.UPRIGHT:
            in_exif = exif.orientation_in_exif(body)
        elif marker == _APP1 and body.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
            in_xmp = exif.orientation_in_xmp(body)
        if _names_colours(marker, body) or not (_APP0 <= marker <= _APP15 or marker == _COM):
            needed.append(data[start:end])
    if frame is None:
        raise ValueError("no frame before its first scan")
    scans = needed[-1].count(SCAN_MARKER)
    # libjpeg expects further scans of the layers that the first one lacks, whether they come or not.
    several = frame[0] in _PROGRESSIVE or scans > 1 or layers < frame[1][5:6]
    return Contents(
        b"".join(needed),
        _size(frame[1]),
        in_exif if in_exif != exif.UPRIGHT else in_xmp,
        _coefficient_bytes(frame[1]) if several else 0,
        scans,
    )


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment up to the first scan; what lies between them is skipped."""
    at = 2
    for _ in range(MAX_PARTS):
        found = _MARKER.search(data, at)
        if found is None:
            raise ValueError("it ends before its first scan")
        marker = found.group(1)[0]
        start = at = found.end() - 2
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        length = int.from_bytes(data[start + 2 : start + 4], "big")
        at = start + 2 + length
        if length < 2 or at > len(data):
            raise ValueError("a segment of an impossible length")
        yield marker, start, at
        if marker == _SOS:
            return
    refuse_parts("segments")


def _names_colours(marker: int, body: bytes) -> bool:
    """Tell whether a segment decides how a decoder takes the components: as YCbCr, RGB, CMYK or YCCK."""
    return (marker == _APP0 and body.startswith(b"JFIF")) or (marker == _APP14 and body.startswith(b"Adobe"))


def _size(frame: bytes) -> tuple[int, int]:
    if len(frame) < 6:
        raise ValueError("a frame without a size")
    _, height, width, _ = struct.unpack_from(">BHHB", frame)
    return width, height


def _coefficient_bytes(frame: bytes) -> int:
    """Return the memory of all coefficients, which libjpeg keeps for an image in several scans."""
    width, height = _size(frame)
    layers = [frame[at + 1] for at in range(6, len(frame) - 2, 3)]  # sampling factors, 4 bits each
    across, down = (
        max((each >> 4 for each in layers), default=1),
        max((each & 15 for each in layers), default=1),
    )
    if not across or not down:
        raise ValueError("a layer without samples")
    # Each layer is padded to whole units of the largest sampling, so that narrow images take more.
    columns, rows = -(-width // (_BLOCK_PX * across)), -(-height // (_BLOCK_PX * down))
    blocks = sum((each >> 4) * (each & 15) for each in layers) * columns * rows
    return blocks * _BLOCK_PX**2 * _COEFFICIENT_BYTES
