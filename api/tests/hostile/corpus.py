"""Images that want to do harm, and small good ones to mutate."""

import functools
import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from text_recognizer.tests.images.handmade_files import bmp, tiled

_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@functools.cache
def seeds() -> dict[str, bytes]:
    """Return small images in the accepted formats, in many modes and compressions."""
    rng = np.random.default_rng(0)
    gray = Image.fromarray(rng.integers(0, 256, (24, 33), np.uint8))
    color = Image.fromarray(rng.integers(0, 256, (24, 33, 3), np.uint8))
    clear = Image.fromarray(rng.integers(0, 256, (24, 33, 4), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    deep = Image.fromarray(rng.integers(0, 65536, (24, 33), np.uint16))
    floats = Image.fromarray(rng.random((24, 33), np.float32))
    return {
        "png gray": save(gray, "PNG"),
        "png bits": save(gray.convert("1"), "PNG"),
        "png palette": save(color.convert("P"), "PNG", transparency=3),
        "png rgba": save(clear, "PNG"),
        "png 16": save(deep, "PNG"),
        "png turned": save(gray, "PNG", exif=exif),
        "png animated": save(gray, "PNG", save_all=True, append_images=[gray.rotate(90)]),
        "jpeg": save(color, "JPEG"),
        "jpeg progressive": save(color, "JPEG", progressive=True),
        "jpeg cmyk": save(color.convert("CMYK"), "JPEG", exif=exif),
        "webp": save(color, "WEBP"),
        "webp lossless": save(clear, "WEBP", lossless=True),
        "webp animated": save(color, "WEBP", save_all=True, append_images=[color.rotate(90)]),
        "gif": save(color.convert("P"), "GIF", transparency=1),
        "gif animated": save(gray, "GIF", save_all=True, append_images=[gray.rotate(90)]),
        "bmp": save(color, "BMP"),
        "bmp bits": save(gray.convert("1"), "BMP"),
        "tiff": save(color, "TIFF"),
        "tiff float": save(floats, "TIFF"),
        "tiff fax": save(gray.convert("1"), "TIFF", compression="group4"),
        "tiff lzw": save(gray, "TIFF", compression="tiff_lzw"),
        "tiff deflate": save(deep, "TIFF", compression="tiff_adobe_deflate"),
        "tiff jpeg": save(color, "TIFF", compression="jpeg"),
        "tiff palette": save(color.convert("P"), "TIFF", compression="packbits"),
        "tiff cmyk": save(color.convert("CMYK"), "TIFF", compression="tiff_lzw"),
        "tiff zstd": save(color, "TIFF", compression="zstd"),
        "tiff lzma": save(gray, "TIFF", compression="lzma"),
        "tiff tiled": tiled(33, 24, (48, 32), t259=1)[:1024] + rng.bytes(3000),
        "bigtiff": save(gray, "TIFF", big_tiff=True),
        "bigtiff pages": save(color, "TIFF", big_tiff=True, save_all=True, append_images=[gray]),
        "bmp run lengths": bmp(33, 24, 8, 1, b"\x21\x50\0\0" * 24 + b"\0\1"),
        "tiff pages": save(gray, "TIFF", save_all=True, append_images=[gray]),
    }


def save(image: Image.Image, format_: str, **options: object) -> bytes:
    """Return the file of an image."""
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def png(width: int, height: int, body: bytes = b"", *chunks: bytes) -> bytes:
    """Return a PNG of 1 bit a pixel that claims to be so large, with this much of its compressed pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", header), *chunks, chunk(b"IDAT", body), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_900_megapixels() -> bytes:
    """Return a whole PNG of 30,000 x 30,000 pixels in about 110 kB."""
    packer = zlib.compressobj(9)
    rows = [packer.compress(bytes(3751)) for _ in range(30_000)]
    return png(30_000, 30_000, b"".join(rows) + packer.flush())


@functools.cache
def bombs() -> dict[str, bytes]:
    """Return small files that claim, or unpack to, far more than they are."""
    packed = zlib.compress(bytes(10**7), 9)
    bmp = bytearray(seeds()["bmp bits"])
    struct.pack_into("<ii", bmp, 18, 2**31 - 1, -(2**31 - 1))
    gif = bytearray(seeds()["gif"])
    struct.pack_into("<HH", gif, 6, 65535, 65535)
    return {
        "png 900 MP": png(30_000, 30_000),
        "png 2^31 x 2^31": png(2**31 - 1, 2**31 - 1),
        "png 26 MP": png(5200, 5000, packed),
        "png 1 x 20,001": png(1, 20_001, packed),
        "png 65,535 x 1": png(65_535, 1, packed),
        "png 0 x 0": png(0, 0),
        "png 1 x 0": png(1, 0),
        "png unpacks to more": png(8, 8, packed),
        "png text bomb": png(8, 8, packed, chunk(b"zTXt", b"k\0\0" + packed)),
        "png texts": png(8, 8, packed, *[chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(10**6), 9))] * 99),
        "png profile bomb": png(8, 8, packed, chunk(b"iCCP", b"k\0\0" + packed)),
        "png exif bomb": png(8, 8, packed, chunk(b"eXIf", b"II*\0" + b"\xff" * 5000)),
        "bmp 2^31": bytes(bmp),
        "gif 65,535 x 65,535": bytes(gif),
        "jpeg 65,500 x 65,500": _resized_jpeg(65_500, 65_500),
        "jpeg 5000 x 5000": _resized_jpeg(5000, 5000),
        "jpeg of 5000 scans": _jpeg_of_scans(5000),
        "webp 4900 x 4900": save(Image.new("RGB", (4900, 4900)), "WEBP", lossless=True),
        "tiff 25 MP of floats": _float_tiff(5000, 5000),
        "tiff 26 MP of floats": _float_tiff(5200, 5000),
        "tiff that refers to itself": b"II*\0\x08\0\0\0\0\0\x08\0\0\0" + bytes(20),
    }


def _resized_jpeg(width: int, height: int) -> bytes:
    data = bytearray(seeds()["jpeg"])
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, height, width)
    return bytes(data)


def _jpeg_of_scans(count: int) -> bytes:
    """Return a progressive JPEG of 4000 x 4000 whose last scan comes again and again."""
    data = save(Image.new("L", (4000, 4000), 128), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xc4", 0, data.rindex(b"\xff\xda"))
    return data[:-2] + data[start:-2] * count + data[-2:]


def _float_tiff(width: int, height: int) -> bytes:
    values = np.zeros((height, width), np.float32)
    values[0, 0] = 1
    return save(Image.fromarray(values), "TIFF", compression="tiff_adobe_deflate")


def wrong_types() -> dict[str, bytes]:
    """Return what is no image of an accepted format, whatever its name says."""
    image = Image.new("RGB", (9, 9))
    return {
        "empty": b"",
        "one byte": b"\x89",
        "text": b"hello",
        "zeros": bytes(1000),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "xml bomb": b'<!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n%%EOF\n",
        "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
        "psd": b"8BPS\0\1" + bytes(40),
        "html": b"<!doctype html><script>alert(1)</script>",
        "zip": b"PK\3\4" + bytes(60),
        "elf": b"\x7fELF" + bytes(60),
        "pickle": b"\x80\4\x95" + bytes(20),
        "fits": b"SIMPLE  =                    T" + bytes(100),
        "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40),
        "avif": b"\0\0\0\x1cftypavif" + bytes(40),
        "ico": save(image.resize((16, 16)), "ICO"),
        "ppm": save(image, "PPM"),
        "tga": save(image, "TGA"),
        "pcx": save(image, "PCX"),
        "dds": b"DDS \x7c\0\0\0" + bytes(120),
        "magic of png alone": b"\x89PNG\r\n\x1a\n",
        "magic of jpeg alone": b"\xff\xd8\xff",
        "magic of webp alone": b"RIFF\0\0\0\0WEBP",
        "magic of tiff alone": b"II*\0",
        "magic of gif alone": b"GIF89a",
        "magic of bmp alone": b"BM",
    }


def polyglots() -> dict[str, bytes]:
    """Return files of two formats; those that are images as well may be read."""
    each = seeds()
    script = b"<script>alert(1)</script><?php system($_GET[0]); ?>"
    return {
        "png and zip": each["png gray"] + b"PK\5\6" + bytes(18),
        "png and php": each["png gray"].replace(b"IEND", b"IEND" + script),
        "gif and javascript": b"GIF89a/*" + each["gif"][8:] + b"*/=1;alert(1)",
        "jpeg and html": each["jpeg"][:2] + b"\xff\xfe\0\x36" + script.ljust(52) + each["jpeg"][2:],
        "pdf and jpeg": b"%PDF-1.4\n" + each["jpeg"],
        "bmp and javascript": b"BM/*" + each["bmp"][4:] + b"*/=1;",
        "png head, jpeg body": each["png gray"][:33] + each["jpeg"],
        "jpeg head, png body": each["jpeg"][:20] + each["png gray"],
        "riff of avi": b"RIFF\x40\0\0\0AVI " + each["webp"][12:],
        "tiff and png": each["png gray"] + each["tiff"],
        "html and png": script + each["png gray"],
    }


def truncations(data: bytes) -> Iterator[bytes]:
    """Yield the file cut at every 16th of its length."""
    for sixteenth in range(16):
        yield data[: len(data) * sixteenth // 16]


def mutation(number: int) -> bytes:
    """Return the `number`-th mutation of one of the seeds; always the same for the same number."""
    return mutated(list(seeds().values()), np.random.default_rng([20_000, number]))


def mutated(images: list[bytes], rng: np.random.Generator) -> bytes:
    """Return one of some files with a few changes, some of which are pieces of the others."""
    data = bytearray(images[rng.integers(len(images))])
    for _ in range(int(rng.choice([1, 1, 2, 4, 16]))):
        _mutate(data, images, rng)
    return bytes(data)


def _mutate(data: bytearray, images: list[bytes], rng: np.random.Generator) -> None:
    # Half of all changes hit the head, where sizes, types and offsets stand.
    end = len(data) if rng.random() < 0.5 else min(len(data), 128)
    at, length = int(rng.integers(max(1, end))), int(rng.integers(1, 32))
    match rng.integers(7):
        case 0:
            data[at : at + 1] = bytes([data[at] ^ (1 << int(rng.integers(8)))]) if data else b""
        case 1:
            data[at : at + length] = rng.bytes(length)
        case 2:
            value, size = int(rng.choice(np.array(_EDGES, np.uint64))), int(rng.choice([1, 2, 4]))
            number = (value & (256**size - 1)).to_bytes(size, "big")
            data[at : at + size] = number if rng.random() < 0.5 else number[::-1]
        case 3:
            del data[at : at + length]
        case 4:
            data[at:at] = data[at : at + length] * int(rng.integers(1, 50))
        case 5:
            other = images[int(rng.integers(len(images)))]
            start = int(rng.integers(len(other)))
            data[at : at + length] = other[start : start + int(rng.integers(1, 200))]
        case _:
            del data[at:]
