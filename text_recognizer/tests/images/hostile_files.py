"""Small image files that make a careless decoder allocate or work very much, one of each kind."""

import functools
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from text_recognizer.tests.images.handmade_files import (
    LARGE,
    LONG,
    LONG8,
    SHORT,
    animated_webp,
    bmp,
    chunk,
    claiming,
    entries_of,
    exif,
    followed_by,
    gif,
    gray_tags,
    jpeg,
    png,
    tiff,
    tiled,
    webp,
    with_segments,
    without,
    without_further_scans,
)
from text_recognizer.tests.images.image_files import encode


def _noise(size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)).resize(size)


def _separated_rgba(width: int, height: int) -> bytes:
    """Return a TIFF of 16 bits RGBA, all of it in one strip."""
    tags = without(gray_tags(width, height, 8, t262=2, t277=4), 258, 279)
    body = zlib.compress(bytes(8 * width * height), 1)
    tags += [(258, SHORT, 4, 1016), (279, LONG, 1, len(body)), (338, SHORT, 1, 2)]
    data = bytearray(tiff(tags, body))
    struct.pack_into("<HHHH", data, 1016, 16, 16, 16, 16)
    return bytes(data)


def _same_bytes_in_every_tag(numbers: range) -> bytes:
    tags = [*gray_tags(8, 8, compression=1), *((number, 7, LARGE, 1024) for number in numbers)]
    entries = entries_of(tags)
    head = b"II*\0" + struct.pack("<L", 1024 + LARGE)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return head.ljust(1024, b"\0") + bytes(LARGE) + directory


def _two_pages_many_times() -> bytes:
    """Return a TIFF whose directory is followed by 20,000 others."""
    entries = entries_of(gray_tags(8, 8, 1))
    size = 2 + len(entries) + 4
    pages = [
        struct.pack("<H", len(entries) // 12) + entries + struct.pack("<L", 2000 + (n + 1) * size)
        for n in range(20_000)
    ]
    head = b"II*\0" + struct.pack("<L", 2000)
    return head.ljust(2000, b"\0") + b"".join(pages)


def _same_strip_again_and_again(count: int) -> bytes:
    """Return a TIFF of 5000 x 5000 bits whose strips, of 4,999 rows, are all the same."""
    tags = without(gray_tags(5000, 5000, 1, t278=4999), 258, 273, 279)
    tags += [(258, SHORT, 1, 1), (273, LONG, count, 1024), (279, LONG, count, 1024)]
    return tiff(tags, struct.pack("<L", 1024) * count + bytes(625 * 5000))


def _tiff_of_scans(count: int) -> bytes:
    """Return a TIFF of one strip, whose JPEG repeats its last scan."""
    data = jpeg((5000, 5000), progressive=True)
    last = data[data.rindex(b"\xff\xc4", 0, data.rindex(b"\xff\xda")) : -2]
    body = data[:-2] + last * count + data[-2:]
    return tiff(gray_tags(5000, 5000, 7, t279=len(body)), body)


FILES: dict[str, tuple[int, Callable[[], bytes]]] = {  # status of the answer, and what makes the file
    "tiff tile 46,000 x 46,000": (413, lambda: tiled(100, 100, (46_000, 46_000))),
    "tiff tile 15,000 x 15,000": (413, lambda: tiled(100, 100, (15_000, 15_000))),
    "tiff tile 2^30 wide": (413, lambda: tiled(100, 100, (2**30, 16))),
    "tiff tile of many samples": (413, lambda: tiled(4000, 4000, (7984, 7984), t262=2, t277=4, t338=2)),
    "tiff tiles of deflate": (413, lambda: tiled(100, 100, (20_000, 20_000), t259=8)),
    "tiff strips of 20 million rows": (413, lambda: tiff(gray_tags(100, 100, t278=20_000_000), bytes(3000))),
    "tiff strips of 2^32 - 2 rows": (413, lambda: tiff(gray_tags(100, 100, t278=2**32 - 2), bytes(3000))),
    "tiff strip of 2^32 - 1 bytes": (422, lambda: tiff(gray_tags(100, 100, t279=2**32 - 1), bytes(3000))),
    "tiff of 64 bits a pixel": (413, lambda: _separated_rgba(5000, 5000)),
    "tiff of YCbCr": (413, lambda: tiff(gray_tags(5000, 5000, t262=6, t277=3), bytes(3000))),
    "tiff of webp": (413, lambda: tiff(gray_tags(5000, 5000, 50001, t262=2, t277=3), bytes(3000))),
    "tiff of zstd": (413, lambda: tiff(gray_tags(5000, 5000, 50000, t262=2, t277=4, t338=2), bytes(3000))),
    "tiff of lzma": (413, lambda: tiff(gray_tags(5000, 5000, 34925, t262=2, t277=4, t338=2), bytes(3000))),
    "bigtiff that leads to its 2^64th byte": (
        200,
        lambda: followed_by(tiff(gray_tags(8, 8, 1), bytes(64), big=True), 2**64 - 1),
    ),
    "tiff of 2,000 strips for two": (413, lambda: _same_strip_again_and_again(2000)),
    "tiff of jpeg of 90 scans": (413, lambda: _tiff_of_scans(90)),
    "tiff of a million strips": (
        413,
        lambda: tiff([*without(gray_tags(8, 8, 1), 273), (273, LONG, 1_800_000, 1024)], bytes(LARGE)),
    ),
    "tiff of a huge palette": (
        413,
        lambda: tiff([*gray_tags(8, 8), (320, SHORT, 3_000_000, 1024)], bytes(LARGE)),
    ),
    "tiff whose tags share 7 MB": (200, lambda: _same_bytes_in_every_tag(range(40_000, 40_060))),
    "tiff whose 2,000 tags share 7 MB": (422, lambda: _same_bytes_in_every_tag(range(40_000, 42_000))),
    "tiff of 20,000 pages": (200, _two_pages_many_times),
    "tiff that is its own exif": (200, lambda: tiff(gray_tags(8, 8, 1, t34665=8, t34853=8), bytes(3000))),
    "tiff with a profile": (
        200,
        lambda: tiff([*gray_tags(8, 8, 1), (34675, 7, LARGE, 1024), (700, 1, LARGE, 1024)], bytes(LARGE)),
    ),
    "bigtiff tile 46,000 x 46,000": (
        413,
        lambda: tiff(
            [
                *without(gray_tags(100, 100), 273, 278, 279),
                *((number, LONG8, 1, 46_000) for number in (322, 323)),
                *((number, LONG8, 1, 1024) for number in (324, 325)),
            ],
            bytes(99),
            big=True,
        ),
    ),
    "png of 500,000 chunks": (413, lambda: _repeated_chunk(b"prVt", b"", 500_000)),
    "png of pixels byte by byte": (413, lambda: _repeated_chunk(b"IDAT", b"\0", 500_000)),
    "png of 40,000 private chunks": (200, lambda: _repeated_chunk(b"prVt", bytes(100), 40_000)),
    "png profile": (200, lambda: png((b"iCCP", b"k\0\0" + zlib.compress(bytes(10**8), 9)))),
    "png packed text": (200, lambda: png((b"zTXt", b"k\0\0" + zlib.compress(bytes(10**8), 9)))),
    "png wide texts": (
        200,
        lambda: png(*[(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(b"a" * 10**6 + "😀".encode()))] * 60),
    ),
    "png exif": (200, lambda: png((b"eXIf", exif(5_000, 6 * 2**20)))),
    "png huge palette": (422, lambda: png((b"PLTE", bytes(3 * 2**21)), colour=3)),
    "png huge transparency": (422, lambda: png((b"PLTE", bytes(768)), (b"tRNS", bytes(LARGE)), colour=3)),
    "png 2^31 wide": (413, lambda: png().replace(struct.pack(">II", 8, 8), struct.pack(">II", 2**31 - 1, 8))),
    "jpeg of a million segments": (413, lambda: with_segments(jpeg(), *[(0xEF, b"")] * 1_000_000)),
    "jpeg of exif in pieces": (413, lambda: with_segments(jpeg(), *[(0xE1, b"Exif\0\0a")] * 500_000)),
    "jpeg exif": (200, lambda: with_segments(jpeg(), (0xE1, b"Exif\0\0" + exif(4000, 60_000)))),
    "jpeg profile": (
        200,
        lambda: with_segments(jpeg(), *[(0xE2, b"ICC_PROFILE\0\1\1" + bytes(65_000))] * 100),
    ),
    "jpeg of junk": (200, lambda: _between(bytes(LARGE))),
    "jpeg of stuffed zeros": (200, lambda: _between(b"\xff\0" * (LARGE // 2))),
    "jpeg of fill bytes": (200, lambda: _between(b"\xff" * LARGE)),
    "jpeg index of more pictures": (
        200,
        lambda: with_segments(jpeg(), (0xE2, b"MPF\0" + exif(1, 8).ljust(64, b"\xff"))),
    ),
    "jpeg progressive cmyk 25 MP": (413, lambda: claiming(jpeg(mode="CMYK", progressive=True), 5000, 5000)),
    "jpeg cmyk 25 MP in scans that never come": (
        413,
        lambda: claiming(without_further_scans(jpeg(mode="CMYK")), 5000, 5000),
    ),
    "jpeg progressive 1 x 19,000": (200, lambda: jpeg((1, 19_000), "RGB", progressive=True)),
    "gif comment": (200, lambda: gif(b"!\xfe" + (b"\xff" + bytes(255)) * 28_000 + b"\0")),
    "gif of tiny blocks": (413, lambda: gif(b"!\xfe" + b"\1a" * 3_000_000 + b"\0")),
    "gif of empty extensions": (200, lambda: gif(b"!\xfe\0" * 40_000)),
    "gif screen 65,535 x 65,535": (413, lambda: gif(screen=(65_535, 65_535))),
    "gif screen to be cleared": (413, lambda: gif(b"!\xf9\4\x08\0\0\0\0", screen=(9000, 9000))),
    "webp canvas 16,384 x 16,384": (413, lambda: webp(canvas=(16_384, 16_384))),
    "webp canvas 2^24 wide": (413, lambda: webp(canvas=(2**24, 8))),
    "webp profile and texts": (
        200,
        lambda: webp(
            (b"ICCP", bytes(2**20)), (b"EXIF", exif(5_000, 2**20)), (b"XMP ", bytes(2**20)), flags=0x2C
        ),
    ),
    "webp of 45,000 frames": (200, animated_webp),
    "webp of 500,000 chunks": (413, lambda: webp(*[(b"junk", b"")] * 500_000)),
    "bmp run lengths": (413, lambda: bmp(4000, 4000, 8, 1, b"\1\0" * (LARGE // 2))),
    "bmp of 65,536 colours": (422, lambda: bmp(8, 8, 8, 0, bytes(64), colours=65_536)),
    "bmp header 2^31": (
        422,
        lambda: bmp(8, 8, 8, 0, bytes(64)).replace(b"\x28\0\0\0\x08", b"\0\0\0\x80\x08"),
    ),
    "jpeg 2000": (415, lambda: _jpeg_2000()),
}


def _between(junk: bytes) -> bytes:
    """Return a JPEG with something between its first segments that belongs to none."""
    data = with_segments(jpeg(), (0xFE, b""))
    return data[:6] + junk + data[6:]


def _repeated_chunk(name: bytes, data: bytes, count: int) -> bytes:
    whole = png()
    at = whole.index(b"IDAT") - 4
    return whole[:at] + chunk(name, data) * count + whole[at:]


def _jpeg_2000() -> bytes:
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "JPEG2000")
    return file.getvalue()


@functools.cache
def make(name: str) -> bytes:
    """Return one of `FILES`."""
    return FILES[name][1]()


def _large(mode: str, kind: str, size: tuple[int, int] = (5000, 5000), **options: Any) -> bytes:
    return encode(Image.new(mode, size), kind, **options)


LARGEST: dict[str, Callable[[], bytes]] = {  # the most pixels that are accepted, where they take most
    "png rgba 25 MP": lambda: _large("RGBA", "PNG", compress_level=1),
    "png palette 25 MP": lambda: _large("P", "PNG", compress_level=1, transparency=0),
    "gif 25 MP": lambda: _large("L", "GIF"),
    "jpeg cmyk 25 MP": lambda: _large("CMYK", "JPEG"),
    "jpeg progressive 25 MP": lambda: _large("RGB", "JPEG", progressive=True, subsampling=0),
    "jpeg turned 25 MP": lambda: _large("CMYK", "JPEG", exif=_turned()),
    "webp 15 MP": lambda: _large("RGBA", "WEBP", (5000, 3000), lossless=True, method=0),
    "tiff rgba in one strip": lambda: _large("RGBA", "TIFF", compression="tiff_deflate", strip_size=2**30),
    "tiff floats": lambda: _large("F", "TIFF", compression="tiff_deflate", strip_size=2**30),
    "tiff of zstd in one strip": lambda: _large(
        "RGBA", "TIFF", (5000, 4000), compression="zstd", strip_size=2**30
    ),
    "tiff of jpeg": lambda: _large("RGB", "TIFF", (5000, 3600), compression="jpeg", strip_size=2**30),
}


def _turned() -> Image.Exif:
    exif_ = Image.Exif()
    exif_[0x0112] = 6
    return exif_


def damaged() -> dict[str, bytes]:
    """Return a file of each format whose pixels break off, so that decoding fails when memory is in use."""
    noise = _noise((1000, 1000))
    kinds = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
    files = {kind: encode(noise, kind) for kind in kinds}
    files["TIFF of deflate"] = encode(noise, "TIFF", compression="tiff_deflate")
    return {name: data[: len(data) // 2] for name, data in files.items()}
