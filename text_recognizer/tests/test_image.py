import base64
import io
import os
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from text_recognizer.errors import (
    ImageDecodeError,
    ImageTooLargeError,
    InvalidInputError,
    UnsupportedFormatError,
)
from text_recognizer.image import LIMITS, ImageLimits, load_data_uri, load_image

Gray = npt.NDArray[np.uint8]

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


@pytest.fixture
def picture() -> Gray:
    """Dark top left on a light slope: each of the eight orientations looks different."""
    rows, columns = np.mgrid[0:48, 0:80]
    picture: Gray = (150 + rows + columns // 2).astype(np.uint8)
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


# --- sources ---


def test_every_source_gives_the_same_array(picture: Gray, tmp_path: Path) -> None:
    data = encode(Image.fromarray(picture))
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    uri = "data:image/png;base64," + base64.b64encode(data).decode()
    for source in (path, str(path), data, uri, Image.fromarray(picture), picture, picture[:, :, None]):
        result = load_image(source)
        assert result.dtype == np.uint8
        np.testing.assert_array_equal(result, picture)


@pytest.mark.parametrize("kind", FORMATS)
def test_formats_are_told_by_content(kind: str, picture: Gray, tmp_path: Path) -> None:
    path = tmp_path / "named.txt"
    path.write_bytes(encode(Image.fromarray(picture), kind, quality=100))
    assert np.abs(load_image(path).astype(int) - picture).max() < 12  # JPEG and WebP lose a little


def test_first_frame_of_several_is_read(picture: Gray) -> None:
    frames = [Image.fromarray(picture), Image.fromarray(255 - picture)]
    for kind in ("GIF", "TIFF"):
        data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
        np.testing.assert_array_equal(load_image(data), picture)


def test_result_belongs_to_the_caller(picture: Gray) -> None:
    before = picture.copy()
    load_image(picture)[:] = 0
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize("source", [None, 3, ["page.png"], io.BytesIO(b"")])
def test_other_sources_are_refused(source: Any) -> None:
    with pytest.raises(InvalidInputError, match=type(source).__name__):
        load_image(source)


def test_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="nothing.png.*No such file") as caught:
        load_image(tmp_path / "nothing.png")
    assert type(caught.value) is InvalidInputError


@pytest.mark.parametrize("name", [".", "nul\0byte", "x" * 5000])
def test_unusable_paths_are_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="Check the path"):
        load_image(name)


# --- data URIs ---


@pytest.mark.parametrize(
    "head", ["data:image/png;base64,", "data:;base64,", "data:text/plain;charset=x;BASE64,"]
)
def test_data_uri_heads(head: str, picture: Gray) -> None:
    body = base64.b64encode(encode(Image.fromarray(picture))).decode()
    np.testing.assert_array_equal(load_data_uri(head + body[:40] + "\r\n" + body[40:]), picture)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "page.png",
        "/etc/hostname",
        "data:image/png;base64",
        "data:image/png,abc",
        "data:image/png;base64,%%%",
        "data:image/png;base64,abc",
        "data:image/png;base64,äöü=",
        "data:image/png;base64,",
    ],
)
def test_bad_data_uri_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        load_data_uri(text)
    assert caught.value.http_status == 400


def test_long_data_uri_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(ImageTooLargeError):
        load_data_uri("data:;base64," + "!" * (LIMITS.max_bytes * 4 // 3 + 100))


# --- modes ---

MODES = [
    "1",
    "L",
    "LA",
    "La",
    "P",
    "RGB",
    "RGBA",
    "RGBa",
    "RGBX",
    "CMYK",
    "YCbCr",
    "LAB",
    "HSV",
    "I",
    "F",
    "I;16",
]


def in_mode(picture: Gray, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(picture.astype(np.uint16) * 257)
    if mode == "La":
        return Image.fromarray(picture).convert("LA").convert("La")
    if mode == "RGBa":
        return Image.fromarray(picture).convert("RGBA").convert("RGBa")
    if mode in ("LAB", "HSV"):
        return Image.fromarray(picture).convert("RGB").convert(mode) if mode == "HSV" else lab(picture)
    return Image.fromarray(picture).convert(mode)


def lab(picture: Gray) -> Image.Image:
    neutral = np.full_like(picture, 128)
    return Image.merge("LAB", [Image.fromarray(part) for part in (picture, neutral, neutral)])


@pytest.mark.parametrize("mode", MODES)
def test_dark_stays_dark_in_every_mode(mode: str, picture: Gray) -> None:
    result = load_image(in_mode(picture, mode))
    assert result.shape == picture.shape
    assert result[6:18, 6:28].mean() + 80 < result[24:, 34:].mean()


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("1", "PNG"),
        ("1", "TIFF"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("P", "GIF"),
        ("RGB", "JPEG"),
        ("RGBA", "PNG"),
        ("RGBA", "WEBP"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("YCbCr", "JPEG"),
        ("I;16", "PNG"),
        ("I;16", "TIFF"),
        ("I", "TIFF"),
        ("F", "TIFF"),
    ],
)
def test_file_gives_what_the_open_image_gives(mode: str, kind: str, picture: Gray) -> None:
    image = in_mode(picture, mode)
    from_file = load_image(encode(image, kind, quality=100))
    assert np.abs(from_file.astype(int) - load_image(image)).mean() < 4


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "HSV", "YCbCr"])
def test_grey_values_are_kept(mode: str, picture: Gray) -> None:
    assert np.abs(load_image(in_mode(picture, mode)).astype(int) - picture).max() <= 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_becomes_white(kind: str) -> None:
    image = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (5, 5, 15, 15))
    image.paste((0, 0, 0, 128), (20, 5, 30, 15))
    result = load_image(encode(image, kind, lossless=True))
    assert (result[0, 0], result[10, 10], result[10, 25]) == (255, 0, 127)


@pytest.mark.parametrize("transparency", [0, bytes([0, 255])])
def test_transparent_palette_entry_becomes_white(transparency: int | bytes) -> None:
    image = Image.new("P", (20, 10), 0)
    image.putpalette([0, 0, 0, 10, 10, 10])
    image.paste(1, (0, 0, 10, 10))
    result = load_image(encode(image, "PNG", transparency=transparency))
    assert (result[5, 5], result[5, 15]) == (10, 255)


# --- EXIF ---

# What a camera held each way stores for an upright scene: the inverse of the turn a viewer applies.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_gives_the_same_image(orientation: int, kind: str, picture: Gray) -> None:
    turn = STORED[orientation]
    stored = Image.fromarray(picture) if turn is None else Image.fromarray(picture).transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    result = load_image(encode(stored, kind, exif=exif, quality=100))
    assert result.shape == picture.shape
    assert np.abs(result.astype(int) - picture).mean() < 3


def test_damaged_exif_is_passed_over(picture: Gray) -> None:
    data = encode(Image.fromarray(picture), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert load_image(data).shape == picture.shape


# --- arrays ---


@pytest.mark.parametrize(
    "array",
    [
        np.array([[True, False]]),
        np.array([[65535, 0]], np.uint16),
        np.array([[1.0, 0.0]]),
        np.array([[1.0, 0.0]], np.float16),
        np.array([[[255] * 3, [0] * 3]], np.uint8),
        np.array([[[255] * 4, [0, 0, 0, 255]]], np.uint8),
    ],
)
def test_array_kinds(array: npt.NDArray[Any]) -> None:
    np.testing.assert_array_equal(load_image(array), [[255, 0]])


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 5), np.uint8),
        np.zeros(5, np.uint8),
        np.zeros((5, 5, 2), np.uint8),
        np.zeros((1, 5, 5, 3), np.uint8),
        np.zeros((5, 5), np.int64),
        np.zeros((5, 5), np.complex64),
        np.full((5, 5), 255.0),
        np.full((5, 5), np.nan),
        np.array([["a"]]),
    ],
)
def test_other_arrays_are_refused(array: npt.NDArray[Any]) -> None:
    with pytest.raises(InvalidInputError, match="received"):
        load_image(array)


def test_truncated_image_that_pillow_opened_is_refused(picture: Gray) -> None:
    image = Image.open(io.BytesIO(encode(Image.fromarray(picture))[:-30]))
    with pytest.raises(ImageDecodeError):
        load_image(image)


# --- limits ---


@pytest.mark.parametrize("size", [(21_000, 1), (1, 21_000), (6_000, 6_000)])
def test_too_large_arrays_and_images_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooLargeError, match="Scale the image down"):
        load_image(np.zeros(size, np.uint8))
    with pytest.raises(ImageTooLargeError, match="Scale the image down"):
        load_image(Image.new("1", size))


@pytest.mark.parametrize("side", [5_100, 10_000, 30_000, 2**31 - 1])
def test_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    # The body is empty: decoding would end in ImageDecodeError.
    with pytest.raises(ImageTooLargeError) as caught:
        load_image(png(side, side))
    assert caught.value.http_status == 413


def test_real_bomb_is_refused() -> None:
    data = png(30_000, 30_000, rows=bytes(30_000 * (1 + 30_000 // 8)))
    assert len(data) < 200_000
    with pytest.raises(ImageTooLargeError):
        load_image(data)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "WEBP", "JPEG"])
def test_limit_holds_in_every_format(kind: str) -> None:
    data = encode(Image.new("L", (300, 200)), kind)
    with pytest.raises(ImageTooLargeError):
        load_image(data, ImageLimits(max_pixels=50_000))


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    limits = ImageLimits(max_bytes=100)
    path = tmp_path / "big.png"
    path.write_bytes(bytes(101))
    for source in (path, bytes(101), "data:;base64," + base64.b64encode(bytes(110)).decode()):
        with pytest.raises(ImageTooLargeError, match="100 bytes"):
            load_image(source, limits)


def test_refused_bomb_changes_no_warning_filter() -> None:
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(load_image, png(30_000, 30_000)) for _ in range(64)]
    assert all(isinstance(job.exception(), ImageTooLargeError) for job in jobs)
    assert list(warnings.filters) == before


# --- damaged and foreign files ---


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("part", range(1, 16))
def test_truncated_file_is_refused(kind: str, part: int) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    data = encode(Image.fromarray(noise), kind)
    with pytest.raises(ImageDecodeError, match="damaged"):
        load_image(data[: len(data) * part // 16])


FOREIGN = {
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
    "psd": b"8BPS\0\1" + bytes(40),
    "pdf": b"%PDF-1.7\n",
    "ppm": b"P5 2 2 255\n" + bytes(4),
    "html": b"<!doctype html><title>404</title>",
    "wav": b"RIFF" + bytes(4) + b"WAVEfmt " + bytes(40),
    "zip": b"PK\3\4" + bytes(40),
    "zeros": bytes(1000),
    "text": "Grüße".encode(),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_other_formats_are_refused_whatever_their_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "renamed.png"
    path.write_bytes(FOREIGN[name])
    with pytest.raises(UnsupportedFormatError, match="PNG, JPEG") as caught:
        load_image(path)
    assert caught.value.http_status == 415


def test_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="0 bytes"):
        load_image(b"")


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_image_without_pixels_is_refused(size: tuple[int, int]) -> None:
    for source in (png(*size), Image.new("L", size)):
        with pytest.raises(ImageDecodeError):
            load_image(source)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1)])
def test_thin_images_are_images(size: tuple[int, int]) -> None:
    assert load_image(encode(Image.new("L", size, 7))).shape == size[::-1]


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_bytes_raise_only_documented_errors(kind: str, picture: Gray) -> None:
    data = encode(Image.fromarray(picture), kind)
    rng = np.random.default_rng(1)
    messages = []
    for _ in range(150):
        broken = bytearray(data)
        for at in rng.integers(0, len(data), rng.integers(1, 8)):
            broken[at] = rng.integers(0, 256)
        try:
            load_image(bytes(broken))
        except InvalidInputError as error:
            messages.append(str(error))
    assert messages
    assert all(message.startswith("Expected") for message in messages)


def test_infinite_pixels_are_refused() -> None:
    data = encode(Image.fromarray(np.array([[1, np.inf]], np.float32)), "TIFF")
    with pytest.raises(ImageDecodeError):
        load_image(data)


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    if os.name != "posix" or os.geteuid() == 0:
        pytest.skip("the superuser may read everything")
    path = tmp_path / "secret.png"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(InvalidInputError, match="Permission"):
        load_image(path)


def test_webp_has_a_limit_of_its_own() -> None:
    limits = ImageLimits(max_pixels=1000)
    for width, fits in [(24, True), (25, False)]:
        file = io.BytesIO()
        Image.new("RGB", (width, 25)).save(file, "WEBP")
        if fits:
            assert load_image(file.getvalue(), limits).shape == (25, width)
        else:
            with pytest.raises(ImageTooLargeError, match="600 pixels in WebP"):
                load_image(file.getvalue(), limits)


def test_jpeg_of_very_many_scans_is_too_large() -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 25)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    start = data.rindex(b"\xff\xda")
    many = data[:-2] + data[start:-2] * 10 + data[-2:]
    limits = ImageLimits(max_pixels=1000)
    assert load_image(data, limits).shape == (25, 40)
    with pytest.raises(ImageTooLargeError, match="at most 16 scans; received 20"):
        load_image(many, limits)
    assert load_image(many, ImageLimits(max_pixels=2000)).shape == (25, 40)
