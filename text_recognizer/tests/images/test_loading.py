import base64
import io
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageDecodeError, ImageTooLargeError, InvalidInputError
from text_recognizer.images.limits import LIMITS
from text_recognizer.images.loading import load_data_uri, load_image
from text_recognizer.tests.images.image_files import FORMATS, draw_picture, encode


@pytest.fixture
def picture() -> GrayImage:
    return draw_picture()


# --- sources ---


def test_every_source_gives_the_same_array(picture: GrayImage, tmp_path: Path) -> None:
    data = encode(Image.fromarray(picture))
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    uri = "data:image/png;base64," + base64.b64encode(data).decode()
    for source in (path, str(path), data, uri, Image.fromarray(picture), picture, picture[:, :, None]):
        result = load_image(source)
        assert result.dtype == np.uint8
        np.testing.assert_array_equal(result, picture)


@pytest.mark.parametrize("kind", FORMATS)
def test_formats_are_told_by_content(kind: str, picture: GrayImage, tmp_path: Path) -> None:
    path = tmp_path / "named.txt"
    path.write_bytes(encode(Image.fromarray(picture), kind, quality=100))
    assert np.abs(load_image(path).astype(int) - picture).max() < 12  # JPEG and WebP lose a little


def test_first_frame_of_several_is_read(picture: GrayImage) -> None:
    frames = [Image.fromarray(picture), Image.fromarray(255 - picture)]
    for kind in ("GIF", "TIFF"):
        data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
        np.testing.assert_array_equal(load_image(data), picture)


def test_result_belongs_to_the_caller(picture: GrayImage) -> None:
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
def test_data_uri_heads(head: str, picture: GrayImage) -> None:
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


def test_white_space_in_a_data_uri_takes_no_memory() -> None:
    text = "data:;base64," + "iVBO RA == " * 200_000
    tracemalloc.start()
    with pytest.raises(InvalidInputError):
        load_data_uri(text, LIMITS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * len(text)


def test_long_data_uri_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(ImageTooLargeError):
        load_data_uri("data:;base64," + "!" * (LIMITS.max_bytes * 4 // 3 + 100), LIMITS)


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
def test_every_exif_orientation_gives_the_same_image(orientation: int, kind: str, picture: GrayImage) -> None:
    turn = STORED[orientation]
    stored = Image.fromarray(picture) if turn is None else Image.fromarray(picture).transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    result = load_image(encode(stored, kind, exif=exif, quality=100))
    assert result.shape == picture.shape
    assert np.abs(result.astype(int) - picture).mean() < 3


def test_damaged_exif_is_passed_over(picture: GrayImage) -> None:
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
    with pytest.raises(InvalidInputError, match=r"expected .*\. (Pass|Convert)"):
        load_image(array)


def test_truncated_image_that_pillow_opened_is_refused(picture: GrayImage) -> None:
    image = Image.open(io.BytesIO(encode(Image.fromarray(picture))[:-30]))
    with pytest.raises(ImageDecodeError):
        load_image(image)
