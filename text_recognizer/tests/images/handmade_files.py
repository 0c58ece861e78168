"""Image files written by hand, whatever their tags and chunks claim."""

import struct
import zlib
from typing import Any

from PIL import Image

from text_recognizer.tests.images.image_files import encode

Tag = tuple[int, int, int, int]  # number, type, count, value or offset

SHORT, LONG, LONG8 = 3, 4, 16
LARGE = 7 * 2**20  # below the limit on the bytes of a file


def tiff(tags: list[Tag], body: bytes = b"", order: str = "<", big: bool = False) -> bytes:
    """Write a TIFF or BigTIFF by hand, whatever its tags claim; `body` begins at offset 1024."""
    mark = b"II" if order == "<" else b"MM"
    if big:
        head = mark + struct.pack(f"{order}HHHQ", 43, 8, 0, 16)
        entries = [struct.pack(f"{order}HHQQ", *each) for each in sorted(tags)]
        directory = struct.pack(f"{order}Q", len(tags)) + b"".join(entries) + bytes(8)
    else:
        head = mark + struct.pack(f"{order}HL", 42, 8)
        entries = [entries_of(tags, order)]
        directory = struct.pack(f"{order}H", len(tags)) + b"".join(entries) + bytes(4)
    return (head + directory).ljust(1024, b"\0") + body


def followed_by(data: bytes, directory: int) -> bytes:
    """Return a little-endian BigTIFF whose directory, at offset 16, is followed by one at `directory`."""
    (count,) = struct.unpack_from("<Q", data, 16)
    changed = bytearray(data)
    struct.pack_into("<Q", changed, 24 + 20 * count, directory)
    return bytes(changed)


def entries_of(tags: list[Tag], order: str = "<") -> bytes:
    return b"".join(struct.pack(f"{order}HHL", *each[:3]) + _inline(order, each) for each in sorted(tags))


def _inline(order: str, tag: Tag) -> bytes:
    short = tag[1] == SHORT and tag[2] == 1
    return struct.pack(f"{order}HH", tag[3], 0) if short else struct.pack(f"{order}L", tag[3])


def gray_tags(width: int, height: int, compression: int = 5, **changes: int) -> list[Tag]:
    """Return the tags of a grey image in one strip at offset 1024; `changes` sets others, as `t322=16`."""
    tags = {256: width, 257: height, 259: compression, 262: 1, 273: 1024, 277: 1, 278: height, 279: 3000}
    tags |= {int(name[1:]): value for name, value in changes.items()}
    return [(258, SHORT, 1, 8), *((number, LONG, 1, value) for number, value in tags.items())]


def without(tags: list[Tag], *numbers: int) -> list[Tag]:
    return [each for each in tags if each[0] not in numbers]


def tiled(width: int, height: int, tile: tuple[int, int], **changes: int) -> bytes:
    """Return a TIFF whose one tile claims to be so large."""
    tags = without(gray_tags(width, height, **changes), 273, 278, 279)
    extra = [(322, LONG, 1, tile[0]), (323, LONG, 1, tile[1]), (324, LONG, 1, 1024), (325, LONG, 1, 3000)]
    return tiff(tags + extra, bytes(3000))


def png(*chunks: tuple[bytes, bytes], size: tuple[int, int] = (8, 8), colour: int = 0) -> bytes:
    """Return a PNG of 8 bits with these chunks before its pixels."""
    rows = zlib.compress(bytes(size[1] * (1 + size[0] * (3 if colour == 2 else 1))))
    header = struct.pack(">IIBBBBB", *size, 8, colour, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def exif(entries: int, size: int) -> bytes:
    """Return EXIF whose every entry refers to the same bytes."""
    directory = b"".join(struct.pack("<HHLL", 1000 + n, 7, size, 8) for n in range(entries))
    return (b"II*\0" + struct.pack("<LH", 8, entries) + directory + bytes(4)).ljust(size + 8, b"\0")


def jpeg(size: tuple[int, int] = (8, 8), mode: str = "L", **options: Any) -> bytes:
    return encode(Image.new(mode, size), "JPEG", **options)


def with_segments(data: bytes, *segments: tuple[int, bytes]) -> bytes:
    """Return a JPEG with these segments, each a marker and its content, at its start."""
    parts = [struct.pack(">BBH", 0xFF, marker, 2 + len(body)) + body for marker, body in segments]
    return data[:2] + b"".join(parts) + data[2:]


def claiming(data: bytes, width: int, height: int) -> bytes:
    """Return a JPEG that claims another size."""
    changed = bytearray(data)
    at = next(at for at in (data.find(b"\xff\xc0"), data.find(b"\xff\xc2")) if at >= 0)
    struct.pack_into(">HH", changed, at + 5, height, width)
    return bytes(changed)


def without_further_scans(data: bytes) -> bytes:
    """Return a JPEG whose only scan has only the first of its layers."""
    at = data.index(b"\xff\xda")
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return data[:at] + b"\xff\xda\0\x08\1" + data[at + 5 : at + 7] + b"\0\x3f\0" + data[end:]


def gif(extensions: bytes = b"", screen: tuple[int, int] = (8, 8)) -> bytes:
    data = encode(Image.new("L", (8, 8)), "GIF")
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 128 else 0)
    return data[:6] + struct.pack("<HH", *screen) + data[10:at] + extensions + data[data.index(b",", at) :]


def webp(*chunks: tuple[bytes, bytes], canvas: tuple[int, int] = (8, 8), flags: int = 0) -> bytes:
    """Return an extended WebP with these chunks before its picture."""
    picture = encode(Image.new("RGB", (8, 8)), "WEBP")[12:]
    head = bytes([flags, 0, 0, 0]) + b"".join((side - 1).to_bytes(3, "little") for side in canvas)
    body = b"WEBP" + b"".join(_riff(name, data) for name, data in ((b"VP8X", head), *chunks)) + picture
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _riff(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<L", len(data)) + data + bytes(len(data) % 2)


def animated_webp() -> bytes:
    """Return a WebP of very many frames, each a copy of the first."""
    frames = [Image.new("L", (8, 8), gray) for gray in (0, 255)]
    data = encode(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    at = data.index(b"ANMF")
    length = 8 + int.from_bytes(data[at + 4 : at + 8], "little")
    frame = data[at : at + length + length % 2]
    body = data[8:at] + frame * 45_000
    return b"RIFF" + struct.pack("<L", len(body)) + body


def bmp(width: int, height: int, bits: int, compression: int, body: bytes, colours: int = 0) -> bytes:
    palette = bytes(4 * (colours or (1 << bits if bits <= 8 else 0)))
    offset = 54 + len(palette)
    head = b"BM" + struct.pack("<LLL", offset + len(body), 0, offset)
    info = struct.pack("<LLlHHLLLLLL", 40, width, height, 1, bits, compression, len(body), 0, 0, colours, 0)
    return head + info + palette + body
