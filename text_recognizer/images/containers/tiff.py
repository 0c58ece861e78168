"""TIFF 6.0 and BigTIFF with one directory of the tags that decoding needs, whose values are checked.

Each page has a directory, which leads to that of the next page. Thumbnails and masks have one too.
libtiff allocates a whole tile or strip at once, as large as the tags say, before it looks at the data.
"""

import contextlib
import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.containers import exif, jpeg
from text_recognizer.images.containers.contents import MAX_PARTS, Contents

MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIP_OFFSETS, _SAMPLES, _ROWS_PER_STRIP, _STRIP_BYTES, _PLANAR = 273, 277, 278, 279, 284
_COLORMAP, _TILE_WIDTH, _TILE_LENGTH, _TILE_OFFSETS, _TILE_BYTES = 320, 322, 323, 324, 325
_ORIENTATION, _JPEG_TABLES, _SUBFILE_TYPE = 274, 347, 254
_NO_PAGE = 0b101  # bits of the subfile type: a reduced copy of another image, a transparency mask
_NUMBERS = {
    _WIDTH,
    _LENGTH,
    _COMPRESSION,
    _PHOTOMETRIC,
    _SAMPLES,
    _ROWS_PER_STRIP,
    _PLANAR,
    _TILE_WIDTH,
    _TILE_LENGTH,
}
# Beside these: fill order, options of fax, predictor, extra samples, sample format; JPEG of TIFF 6.0; YCbCr.
_OTHERS = {266, 292, 293, 317, 338, 339, 512, 513, 514, 515, 519, 520, 521, 529, 530, 531, 532}
_MAX_COUNTS = {  # of values; others have few
    _STRIP_OFFSETS: 100_000,  # tiles of 16 x 16, the smallest, in an image of 25 million pixels
    _STRIP_BYTES: 100_000,
    _TILE_OFFSETS: 100_000,
    _TILE_BYTES: 100_000,
    _COLORMAP: 3 * 2**16,
    _JPEG_TABLES: 2**16,
}
_MAX_SURPLUS = 2  # times the strips that an image needs: some writers add some
_MAX_COUNT = 16  # one for each sample of a pixel, and some more
_MAX_TAGS = 1000  # more than TIFF knows, private ones included
_WHOLE = {1: "B", 3: "H", 4: "L", 16: "Q"}  # types of whole numbers: BYTE, SHORT, LONG, LONG8
_UNCOMPRESSED, _JPEG_OF_6, _JPEG, _LZMA, _ZSTD, _WEBP = 1, 6, 7, 34925, 50000, 50001
_YCBCR, _SEPARATE = 6, 2
_ALL_ROWS = 2**32 - 1  # in one strip: the default, stated
_COEFFICIENT_BYTES = 6  # a pixel of a progressive JPEG; libtiff refuses those with more than the bytes below
_MAX_COEFFICIENT_BYTES = 100 * 2**20
_WEBP_BYTES = 8  # a pixel, of libwebp's own: one whose picture comes in parts is kept as a whole
_SMALL_TILE_PIXELS = (
    2**20
)  # writers choose tiles without regard to the image: 256 x 256, also for a small one


@dataclass(frozen=True)
class _Layout:
    """How numbers are written: byte order, and the sizes of TIFF or BigTIFF."""

    order: str
    big: bool

    @property
    def count(self) -> str:
        return f"{self.order}{'Q' if self.big else 'H'}"

    @property
    def entry(self) -> str:
        return f"{self.order}HH{'Q8s' if self.big else 'L4s'}"

    @property
    def offset(self) -> str:
        return f"{self.order}{'Q' if self.big else 'L'}"

    @property
    def offset_at(self) -> int:
        return 8 if self.big else 4


_Tags = dict[int, tuple[int, int, bytes]]  # by number: type, count, values or their offset


def contents_of(data: bytes, page: int = 1) -> Contents:
    """Return the file `data` with one directory, behind its end, of the tags that decoding `page` needs.

    Raises:
        ValueError: If there is no such page, a tag cannot be read or has an impossible value.
        ImageTooLargeError: If a tag has very many values, or a tile is much larger than the image.
    """
    layout = _layout(data)
    directories = _pages(data, layout) if page > 1 else _directories(data, layout)
    directory = next(itertools.islice(directories, page - 1, None), None)
    if directory is None:
        raise ValueError("its directory is cut off" if page == 1 else f"it has no page {page}")
    tags = _tags(data, layout, directory)
    for number, (_, count, _) in tags.items():
        if count > (most := _MAX_COUNTS.get(number, _MAX_COUNT)):
            raise ImageTooLargeError(
                f"The tag {number} of the TIFF has {count:,} values; expected at most {most:,}. "
                "Save the image again."
            )
    numbers = {name: _value(data, layout, tags, name) for name in (*_NUMBERS, _BITS) if name in tags}
    orientation = _value(data, layout, tags, _ORIENTATION) if _ORIENTATION in tags else exif.UPRIGHT
    tags.pop(_ORIENTATION, None)  # the grey values are turned, which takes less than turning the image
    size = numbers.get(_WIDTH, 0), numbers.get(_LENGTH, 0)
    _check_parts(tags, numbers, *size)
    return Contents(
        _with_directory(data, layout, tags),
        size,
        exif.checked(orientation),
        _buffer_bytes(numbers, *size),
        _scans(data, layout, tags) if numbers.get(_COMPRESSION) == _JPEG else 1,
    )


def count_pages(data: bytes, most: int) -> int:
    """Return the number of pages of a file, at most `most`; one whose pages are damaged counts too."""
    return sum(1 for _ in itertools.islice(_pages(data, _layout(data)), most))


def _layout(data: bytes) -> _Layout:
    return _Layout("<" if data[:2] == b"II" else ">", data[2:3] == b"+" or data[3:4] == b"+")


def _pages(data: bytes, layout: _Layout) -> Iterator[int]:
    """Yield where the directory of each page begins; the first directory is one, whatever it says."""
    for index, directory in enumerate(_directories(data, layout)):
        if index == 0 or not _is_no_page(data, layout, directory):
            yield directory


def _directories(data: bytes, layout: _Layout) -> Iterator[int]:
    """Yield where each directory begins; their chain ends where it is damaged or leads back."""
    seen: set[int] = set()
    at = layout.offset_at
    with contextlib.suppress(struct.error):
        while len(seen) < MAX_PARTS:
            (directory,) = _unpacked(layout.offset, data, at)
            if directory == 0 or directory in seen:
                return
            seen.add(directory)
            yield directory
            (count,) = _unpacked(layout.count, data, directory)
            at = directory + struct.calcsize(layout.count) + count * struct.calcsize(layout.entry)


def _is_no_page(data: bytes, layout: _Layout, directory: int) -> bool:
    """Tell whether a directory is that of a thumbnail or a mask; tags are in order, and this is the first."""
    at = directory + struct.calcsize(layout.count)
    try:
        number, kind, _, value = _unpacked(layout.entry, data, at)
    except struct.error:
        return False
    if number != _SUBFILE_TYPE or kind not in _WHOLE:
        return False
    (bits,) = struct.unpack_from(f"{layout.order}{_WHOLE[kind]}", value)
    return bool(bits & _NO_PAGE)


def _tags(data: bytes, layout: _Layout, at: int) -> _Tags:
    """Return the needed tags of the directory at `at`; of one that comes twice, the first."""
    try:
        (count,) = _unpacked(layout.count, data, at)
        if count > _MAX_TAGS:
            raise ValueError(f"{count} tags in a directory")
        at += struct.calcsize(layout.count)
        needed: _Tags = {}
        for _ in range(count):
            number, kind, values, value = _unpacked(layout.entry, data, at)
            if number in _NUMBERS | _OTHERS | {_BITS, _ORIENTATION} | _MAX_COUNTS.keys():
                needed.setdefault(number, (kind, values, value))
            at += struct.calcsize(layout.entry)
    except struct.error as error:
        raise ValueError("its directory is cut off") from error
    return needed


def _value(data: bytes, layout: _Layout, tags: _Tags, number: int) -> int:
    """Return the greatest value of a tag of whole numbers; sizes have one value."""
    kind, count, value = tags[number]
    if kind not in _WHOLE or count < 1 or (count > 1 and number != _BITS):
        raise ValueError(f"the tag {number} is no whole number")
    form = f"{layout.order}{count}{_WHOLE[kind]}"
    try:
        if struct.calcsize(form) > len(value):
            (at,) = struct.unpack(layout.offset, value)
            return int(max(_unpacked(form, data, at)))
        return int(max(struct.unpack_from(form, value)))
    except struct.error as error:
        raise ValueError(f"the tag {number} is cut off") from error


def _unpacked(form: str, data: bytes, at: int) -> tuple[Any, ...]:
    """Do what `struct.unpack_from` does; that raises another error for the offsets of BigTIFF, of 64 bits."""
    if at > len(data):
        raise struct.error("it lies behind the end of the file")
    return struct.unpack_from(form, data, at)


def _with_directory(data: bytes, layout: _Layout, tags: _Tags) -> bytes:
    """Return the file with these tags alone; the old directory stays in it, and nothing leads there."""
    entries = [struct.pack(layout.entry, number, *tags[number]) for number in sorted(tags)]
    padding = bytes(len(data) % 2)  # directories begin at even offsets
    directory = struct.pack(layout.count, len(entries)) + b"".join(entries) + struct.pack(layout.offset, 0)
    start = struct.pack(layout.offset, len(data) + len(padding))
    at = layout.offset_at
    return b"".join((data[:at], start, data[at + len(start) :], padding, directory))


def _check_parts(tags: _Tags, numbers: dict[int, int], width: int, height: int) -> None:
    """Refuse many more strips or tiles than an image needs: without compression, Pillow reads them all.

    Raises:
        ValueError: If they have no pixel.
        ImageTooLargeError: If there are so many.
    """
    layers = numbers.get(_SAMPLES, 1) if numbers.get(_PLANAR) == _SEPARATE else 1
    strip = width, min(numbers.get(_ROWS_PER_STRIP, height), height)
    tile = numbers.get(_TILE_WIDTH, width), numbers.get(_TILE_LENGTH, height)
    for number, (across, down) in ((_STRIP_OFFSETS, strip), (_TILE_OFFSETS, tile)):
        if number not in tags or not (width and height):
            continue
        if not across or not down:
            raise ValueError(f"its strips or tiles have {across} x {down} pixels")
        needed = -(-width // across) * -(-height // down) * layers
        if needed > 1 and tags[number][1] > _MAX_SURPLUS * needed:  # of one that covers all, the last counts
            raise ImageTooLargeError(
                f"The TIFF has {tags[number][1]:,} strips or tiles; expected {needed:,} for its size. "
                "Save the image again."
            )


def _scans(data: bytes, layout: _Layout, tags: _Tags) -> int:
    """Return how often decoding JPEG goes through the image: usually, each strip or tile has one scan."""
    kind, count, value = tags.get(_STRIP_OFFSETS) or tags.get(_TILE_OFFSETS) or (4, 1, bytes(8))
    if kind not in _WHOLE:
        raise ValueError("its offsets are no whole numbers")
    form = f"{layout.order}{count}{_WHOLE[kind]}"
    at = struct.unpack(layout.offset, value)[0] if struct.calcsize(form) > len(value) else 0
    try:
        parts = len(set(_unpacked(form, data if at else value, at)))
    except struct.error as error:
        raise ValueError("its offsets are cut off") from error
    return max(1, data.count(jpeg.SCAN_MARKER) - parts + 1)


def _buffer_bytes(numbers: dict[int, int], width: int, height: int) -> int:
    """Return what libtiff and Pillow allocate for a tile or strip, whose size the numbers of the tags state.

    Raises:
        ImageTooLargeError: If a tile is much larger than the image.
    """
    if _TILE_WIDTH in numbers or _TILE_LENGTH in numbers:
        across, down = numbers.get(_TILE_WIDTH, 0), numbers.get(_TILE_LENGTH, 0)
        if across * down > max(_SMALL_TILE_PIXELS, 4 * width * height):
            raise ImageTooLargeError(
                f"The TIFF has tiles of {across:,} x {down:,} for an image of {width:,} x {height:,}; "
                "expected tiles that are not much larger than the image. Save the image again."
            )
    else:
        rows = numbers.get(_ROWS_PER_STRIP, _ALL_ROWS)
        across, down = width, height if rows == _ALL_ROWS else rows
    compression = numbers.get(_COMPRESSION, _UNCOMPRESSED)
    if compression == _UNCOMPRESSED:
        return 0  # Pillow reads it row by row
    pixels = across * down
    samples = numbers.get(_SAMPLES, 1) if numbers.get(_PLANAR) != _SEPARATE else 1
    total = pixels * samples * numbers.get(_BITS, 1) // 8
    if numbers.get(_PHOTOMETRIC) == _YCBCR:
        total += 4 * pixels  # libtiff makes RGBA of it
    if compression in (_JPEG_OF_6, _JPEG):
        total += min(_COEFFICIENT_BYTES * pixels, _MAX_COEFFICIENT_BYTES)
    elif compression in (_LZMA, _ZSTD):
        total *= 2  # these look back as far as the file says, which is to all of a strip at most
    elif compression == _WEBP:
        total += _WEBP_BYTES * pixels
    return total
