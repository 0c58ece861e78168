"""Image files for tests, encoded by Pillow or written by hand."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


def draw_picture() -> GrayImage:
    """Dark top left on a light slope: each of the eight orientations looks different."""
    rows, columns = np.mgrid[0:48, 0:80]
    picture: GrayImage = (150 + rows + columns // 2).astype(np.uint8)
    picture[4:20, 4:30] = 10
    return picture


def encode(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png(width: int, height: int, bits: int = 1, colour: int = 0, rows: bytes = b"") -> bytes:
    """Write a PNG by hand, whatever its header claims."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
