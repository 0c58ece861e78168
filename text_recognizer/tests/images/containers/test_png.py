"""What a PNG says beside its pixels does not reach the decoder, and the pixels stay."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.containers.png import contents_of
from text_recognizer.tests.images.handmade_files import chunk, png
from text_recognizer.tests.images.image_files import draw_picture, encode


def names(data: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(data):
        length, name = struct.unpack_from(">L4s", data, at)
        found.append(name)
        at += 12 + length
    return found


METADATA = {
    "profile": (b"iCCP", b"k\0\0" + zlib.compress(bytes(100))),
    "text": (b"tEXt", b"k\0text"),
    "packed text": (b"zTXt", b"k\0\0" + zlib.compress(b"text")),
    "international text": (b"iTXt", b"k\0\0\0\0\0text"),
    "exif": (b"eXIf", b"II*\0\x08\0\0\0\0\0"),
    "animation": (b"acTL", struct.pack(">LL", 5, 0)),
    "private": (b"prVt", b"secret"),
    "time": (b"tIME", bytes(7)),
}


@pytest.mark.parametrize("name", METADATA)
def test_metadata_is_left_out(name: str) -> None:
    assert names(contents_of(png(METADATA[name])).data) == [b"IHDR", b"IDAT", b"IEND"]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_pixels_palette_and_transparency_stay(mode: str) -> None:
    image = Image.fromarray(draw_picture()).convert(mode)
    options = {"transparency": 3} if mode == "P" else {}
    data = encode(image, "PNG", **options)
    contents = contents_of(data)
    assert contents.data == data
    assert contents.size == image.size


def test_further_frames_are_left_out() -> None:
    picture = Image.fromarray(draw_picture())
    data = encode(picture, "PNG", save_all=True, append_images=[picture.rotate(90)])
    with Image.open(io.BytesIO(contents_of(data).data)) as image:
        assert getattr(image, "n_frames", 1) == 1
        assert np.array_equal(np.asarray(image), draw_picture())


@pytest.mark.parametrize("at_end", [False, True])
def test_orientation_of_exif_and_of_xmp(at_end: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    block = chunk(b"eXIf", exif.tobytes()[6:])
    packet = chunk(b"iTXt", b'XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation="3"/>')
    data = png()
    at = data.index(b"IEND") - 4 if at_end else data.index(b"IDAT") - 4
    assert contents_of(data[:at] + block + data[at:]).orientation == 6
    assert contents_of(data[:at] + packet + data[at:]).orientation == 3
    assert contents_of(data[:at] + packet + block + data[at:]).orientation == 6
    assert contents_of(data).orientation == 1


def test_a_cut_file_keeps_what_is_there_and_what_follows_the_end_is_left_out() -> None:
    data = encode(Image.fromarray(draw_picture()), "PNG")
    for end in range(8, len(data), 7):
        assert data.startswith(contents_of(data[:end]).data)
    assert contents_of(data + b"PK\3\4" + bytes(99)).data == data


def test_very_many_chunks_are_refused() -> None:
    data = png()
    with pytest.raises(ImageTooLargeError, match="chunks"):
        contents_of(data[:33] + chunk(b"tEXt", b"k\0") * 50_001 + data[33:])
