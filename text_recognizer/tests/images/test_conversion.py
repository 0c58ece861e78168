"""Images of every mode and arrays of every accepted type become the grey values that one sees."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageDecodeError
from text_recognizer.images.conversion import array_to_uint8, to_gray
from text_recognizer.images.loading import load_image
from text_recognizer.tests.images.image_files import draw_picture, encode


@pytest.fixture
def picture() -> GrayImage:
    return draw_picture()


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


def in_mode(picture: GrayImage, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(picture.astype(np.uint16) * 257)
    if mode == "La":
        return Image.fromarray(picture).convert("LA").convert("La")
    if mode == "RGBa":
        return Image.fromarray(picture).convert("RGBA").convert("RGBa")
    if mode in ("LAB", "HSV"):
        return Image.fromarray(picture).convert("RGB").convert(mode) if mode == "HSV" else lab(picture)
    return Image.fromarray(picture).convert(mode)


def lab(picture: GrayImage) -> Image.Image:
    neutral = np.full_like(picture, 128)
    return Image.merge("LAB", [Image.fromarray(part) for part in (picture, neutral, neutral)])


@pytest.mark.parametrize("mode", MODES)
def test_dark_stays_dark_in_every_mode(mode: str, picture: GrayImage) -> None:
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
def test_file_gives_what_the_open_image_gives(mode: str, kind: str, picture: GrayImage) -> None:
    image = in_mode(picture, mode)
    from_file = load_image(encode(image, kind, quality=100))
    assert np.abs(from_file.astype(int) - load_image(image)).mean() < 4


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "HSV", "YCbCr"])
def test_grey_values_are_kept(mode: str, picture: GrayImage) -> None:
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


def test_an_image_of_many_strips_is_converted_as_a_whole() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (700, 900, 3), np.uint8)
    image = Image.fromarray(colours)
    np.testing.assert_array_equal(to_gray(image), np.asarray(image.convert("L")))
    deep = np.random.default_rng(1).integers(0, 65536, (700, 900)).astype(np.uint16)
    np.testing.assert_array_equal(to_gray(Image.fromarray(deep)), np.rint(deep / 257).astype(np.uint8))


def test_a_small_image_is_converted_at_once_and_is_the_callers_own() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    for image in (Image.fromarray(colours), Image.fromarray(colours[:, :, 0])):
        gray = to_gray(image)
        np.testing.assert_array_equal(gray, np.asarray(image.convert("L")))
        gray[:] = 7


def test_values_without_a_known_white_are_stretched_between_their_extrema() -> None:
    values = np.array([[-3.0, 0.0], [1.5, 3.0]], np.float32)
    assert to_gray(Image.fromarray(values)).tolist() == [[0, 128], [191, 255]]
    assert to_gray(Image.fromarray(np.full((2, 2), 2, np.float32))).tolist() == [[255, 255], [255, 255]]
    assert to_gray(Image.fromarray(np.array([[5, 7]], np.int32))).tolist() == [[0, 255]]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 1, -1])
def test_values_without_extrema_are_refused(value: float, place: int) -> None:
    values = np.zeros((900, 700), np.float32)  # several strips
    values.flat[place] = value
    with pytest.raises(ImageDecodeError, match="not a number"):
        to_gray(Image.fromarray(values))


def test_channels_are_kept() -> None:
    colours = np.array([[[0.0, 0.5, 1.0]]])
    assert array_to_uint8(colours).tolist() == [[[0, 128, 255]]]
