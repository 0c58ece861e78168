"""What a JPEG says beside its pixels does not reach the decoder; its memory is known from its frame."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.containers.jpeg import contents_of
from text_recognizer.tests.images.handmade_files import (
    claiming,
    jpeg,
    with_segments,
    without_further_scans,
)
from text_recognizer.tests.images.image_files import draw_picture, encode


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_metadata_is_left_out_and_the_colours_stay(mode: str, options: dict[str, object]) -> None:
    image = Image.merge("RGB", [Image.fromarray(np.roll(draw_picture(), n, 1)) for n in (0, 9, 30)])
    data = encode(image.convert(mode), "JPEG", **options)
    full = with_segments(data, (0xE1, b"Exif\0\0II*\0"), (0xE2, b"ICC_PROFILE\0\1\1abc"), (0xFE, b"comment"))
    contents = contents_of(full)
    assert all(word not in contents.data for word in (b"Exif", b"ICC_PROFILE", b"comment"))
    assert contents.data == data
    assert contents.size == image.size
    assert pixels(contents.data) == pixels(full)


def test_segments_that_name_the_colours_stay() -> None:
    adobe = (0xEE, b"Adobe\0\x64\0\0\0\0\0")
    assert contents_of(with_segments(jpeg(), adobe)).data == with_segments(jpeg(), adobe)
    assert b"Ducky" not in contents_of(with_segments(jpeg(), (0xEE, b"Ducky"), (0xE0, b"JFXX"))).data


def test_orientation_of_exif_and_of_xmp() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    xmp = (0xE1, b'http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation="5"/>')
    assert contents_of(jpeg(exif=exif)).orientation == 8
    assert contents_of(with_segments(jpeg(), xmp)).orientation == 5
    assert contents_of(with_segments(jpeg(exif=exif), xmp)).orientation == 8
    assert contents_of(jpeg()).orientation == 1


def test_what_lies_between_segments_is_skipped() -> None:
    data = jpeg()
    for junk in (b"\0" * 99, b"\xff\0" * 50, b"\xff" * 99, b"\xff\xd3\xff\xd8"):
        assert contents_of(data[:2] + b"\xff\xfe\0\2" + junk + data[2:]).data == data


@pytest.mark.parametrize("data", [b"\xff\xd8\xff", jpeg()[:30], b"\xff\xd8\xff\xe0\0\1" + bytes(50)])
def test_a_file_without_a_scan_is_damaged(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"ends|length"):
        contents_of(data)


def test_a_scan_without_a_frame_is_damaged() -> None:
    with pytest.raises(ValueError, match="frame"):
        contents_of(b"\xff\xd8\xff\xda\0\2" + bytes(50))


@pytest.mark.parametrize(
    ("mode", "options", "bytes_per_pixel"),
    [
        ("L", {}, 0),
        ("RGB", {}, 0),
        ("L", {"progressive": True}, 2),
        ("RGB", {"progressive": True, "subsampling": 2}, 3),
        ("RGB", {"progressive": True, "subsampling": 0}, 6),
        ("CMYK", {"progressive": True}, 8),
    ],
)
def test_coefficients_of_several_scans_take_memory(
    mode: str, options: dict[str, Any], bytes_per_pixel: int
) -> None:
    contents = contents_of(claiming(jpeg(mode=mode, **options), 1600, 1600))
    assert contents.buffer_bytes == bytes_per_pixel * 1600**2
    assert (contents.scans > 1) == ("progressive" in options)


@pytest.mark.parametrize(("mode", "bytes_per_pixel"), [("L", 0), ("RGB", 6), ("CMYK", 8)])
def test_scans_that_never_come_take_the_same_memory(mode: str, bytes_per_pixel: int) -> None:
    whole = jpeg(mode=mode, subsampling=0)
    assert contents_of(whole).buffer_bytes == 0
    part = claiming(without_further_scans(whole), 1600, 1600)
    assert contents_of(part).buffer_bytes == bytes_per_pixel * 1600**2


def test_narrow_images_are_padded_to_whole_blocks() -> None:
    contents = contents_of(claiming(jpeg(mode="RGB", progressive=True, subsampling=2), 1, 1600))
    assert contents.buffer_bytes == 3 * 16 * 1600


def test_very_many_segments_are_refused() -> None:
    with pytest.raises(ImageTooLargeError, match="segments"):
        contents_of(with_segments(jpeg(), *[(0xE5, b"")] * 50_001))
