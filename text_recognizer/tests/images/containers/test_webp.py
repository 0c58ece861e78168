"""A WebP is reduced to its first picture; its canvas is known before a decoder allocates it."""

import io

import numpy as np
import pytest
from PIL import Image

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.containers.webp import contents_of, is_webp
from text_recognizer.tests.images.handmade_files import exif, webp
from text_recognizer.tests.images.image_files import draw_picture, encode


def opened(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA").tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("options", [{}, {"lossless": True}])
def test_pixels_stay(mode: str, options: dict[str, object]) -> None:
    image = Image.fromarray(draw_picture()).convert(mode)
    if image.mode == "RGBA":
        image.putalpha(100)
    data = encode(image, "WEBP", **options)
    contents = contents_of(data)
    assert opened(contents.data) == opened(data)
    assert contents.size == image.size
    assert contents.buffer_bytes == 12 * image.width * image.height


def test_metadata_and_its_flags_are_left_out() -> None:
    parts = (b"ICCP", b"profile"), (b"EXIF", exif(3, 20)), (b"XMP ", b"packet"), (b"junk", b"secret")
    contents = contents_of(webp(*parts, flags=0x2C))
    assert contents.data == webp()
    assert opened(contents.data) == opened(webp())


def test_orientation_of_exif_and_of_xmp() -> None:
    exif_ = Image.Exif()
    exif_[0x0112] = 6
    assert contents_of(encode(Image.fromarray(draw_picture()), "WEBP", exif=exif_)).orientation == 6
    assert contents_of(webp((b"XMP ", b'<x tiff:Orientation="4"/>'))).orientation == 4
    assert contents_of(webp()).orientation == 1


def test_further_frames_are_left_out() -> None:
    picture = Image.fromarray(draw_picture())
    frames = [picture.rotate(turn) for turn in (90, 180)]
    data = encode(picture, "WEBP", save_all=True, append_images=frames, lossless=True)
    with Image.open(io.BytesIO(contents_of(data).data)) as image:
        assert getattr(image, "n_frames", 1) == 1
        assert np.array_equal(np.asarray(image.convert("L")), draw_picture())


def test_canvas_is_known() -> None:
    assert contents_of(webp(canvas=(12_345, 678))).size == (12_345, 678)


def test_cut_files_are_no_longer_than_they_say() -> None:
    data = encode(Image.fromarray(draw_picture()), "WEBP")
    for end in range(12, len(data), 9):
        reduced = contents_of(data[:end]).data
        assert int.from_bytes(reduced[4:8], "little") == len(reduced) - 8


def test_other_files_of_riff_are_none() -> None:
    assert is_webp(webp())
    assert not is_webp(b"RIFF\0\0\0\0AVI ")


def test_very_many_chunks_are_refused() -> None:
    with pytest.raises(ImageTooLargeError, match="chunks"):
        contents_of(webp(*[(b"junk", b"")] * 50_001))
