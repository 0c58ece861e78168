"""Files that are damaged, or none of the accepted formats, are refused with documented errors."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageDecodeError, InvalidInputError, UnsupportedFormatError
from text_recognizer.images.loading import load_image
from text_recognizer.tests.images.image_files import FORMATS, draw_picture, encode


@pytest.fixture
def picture() -> GrayImage:
    return draw_picture()


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


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_bytes_raise_only_documented_errors(kind: str, picture: GrayImage) -> None:
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
    advice = re.compile(r"[.;].* (Save|Convert|Scale|expected) ")
    assert all(advice.search(message) for message in messages), "each says what to do"


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
