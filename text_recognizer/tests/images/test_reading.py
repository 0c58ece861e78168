"""Sources are opened, not decoded: only the header is looked at, and no more bytes than allowed are read."""

import base64
from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.errors import (
    ImageDecodeError,
    ImageTooLargeError,
    InvalidInputError,
    UnsupportedFormatError,
)
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.images.loading import load_image
from text_recognizer.images.reading import count_pages, open_data_uri, open_source
from text_recognizer.tests.images.image_files import draw_picture, encode
from text_recognizer.tests.images.pdf_files import pdf_of


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


def test_pages_are_counted_and_read_by_number(png: bytes, tmp_path: Path) -> None:
    first, second = Image.fromarray(draw_picture()), Image.fromarray(255 - draw_picture())
    tiff = encode(first, "TIFF", save_all=True, append_images=[second])
    (tmp_path / "two.tif").write_bytes(tiff)
    for source in (tiff, tmp_path / "two.tif"):
        assert count_pages(source, LIBRARY_LIMITS) == 2
        assert [load_image(source, page=page)[10, 10] for page in (1, 2)] == [10, 245]
    assert count_pages(png, LIBRARY_LIMITS) == count_pages(first, LIBRARY_LIMITS) == 1
    with pytest.raises(InvalidInputError, match="1 page; received page 2"):
        load_image(png, page=2)
    with pytest.raises(ImageTooLargeError, match="at most 1. Split it"):
        count_pages(tiff, ImageLimits(max_pages=1))


def test_a_pdf_is_an_image_where_the_limits_say_so() -> None:
    data = pdf_of([Image.fromarray(draw_picture())] * 3)
    assert count_pages(data, LIBRARY_LIMITS) == 3
    assert load_image(data, page=3).shape == (48, 80)
    with pytest.raises(UnsupportedFormatError, match="The file is a PDF; expected PNG"):
        load_image(data, ImageLimits())
    assert count_pages(data, ImageLimits()) == 1
