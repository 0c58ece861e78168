"""Sources are opened, not decoded: only the header is looked at, and no more bytes than allowed are read."""

import base64
from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.errors import ImageDecodeError, ImageTooLargeError, InvalidInputError
from text_recognizer.images.limits import ImageLimits
from text_recognizer.images.reading import open_data_uri, open_source
from text_recognizer.tests.images.image_files import draw_picture, encode


@pytest.fixture
def png() -> bytes:
    return encode(Image.fromarray(draw_picture()), "PNG")


def test_a_file_comes_with_what_is_decoded_and_is_not_decoded(png: bytes, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(png)
    uri = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    for source in (png, tmp_path / "picture.png", str(tmp_path / "picture.png"), uri):
        image, contents = open_source(source, ImageLimits())
        assert contents is not None
        assert contents.data == png
        assert isinstance(image, Image.Image)
        assert image.size == draw_picture().shape[::-1]
    cut = png[: len(png) // 2]  # its header is whole: what lacks is found when it is decoded
    image, _ = open_source(cut, ImageLimits())
    assert isinstance(image, Image.Image)


def test_arrays_and_open_images_pass_as_they_are() -> None:
    for source in (draw_picture(), Image.fromarray(draw_picture())):
        image, contents = open_source(source, ImageLimits())
        assert image is source
        assert contents is None


def test_no_more_is_read_of_a_file_than_tells_that_it_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(2**40)  # sparse: it takes no room, but could not be read into memory
    with pytest.raises(ImageTooLargeError, match="at most 1,000 bytes"):
        open_source(path, ImageLimits(max_bytes=1000))


def test_a_path_is_no_data_uri(png: bytes, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(png)
    with pytest.raises(InvalidInputError, match="data URI"):
        open_data_uri(str(tmp_path / "picture.png"), ImageLimits())


def test_a_header_that_cannot_be_read_is_damaged() -> None:
    with pytest.raises(ImageDecodeError, match="damaged"):
        open_source(b"\x89PNG\r\n\x1a\n" + bytes(20), ImageLimits())
