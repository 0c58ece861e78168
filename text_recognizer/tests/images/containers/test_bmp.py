"""A BMP stays as it is, unless it has very many run lengths."""

import pytest
from PIL import Image

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.containers.bmp import contents_of
from text_recognizer.tests.images.handmade_files import bmp
from text_recognizer.tests.images.image_files import draw_picture, encode


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_a_file_stays_as_it_is(mode: str) -> None:
    data = encode(Image.fromarray(draw_picture()).convert(mode), "BMP")
    contents = contents_of(data)
    assert contents.data is data
    assert contents.size == (80, 48)
    assert contents.buffer_bytes == 0


def test_rows_from_the_top_are_counted_too() -> None:
    assert contents_of(bmp(8, -5, 8, 0, bytes(40))).size == (8, 5)


def test_the_old_header_is_read() -> None:
    head = b"BM" + bytes(12) + b"\x0c\0\0\0" + b"\x50\0\x30\0\1\0\x18\0"
    assert contents_of(head).size == (80, 48)


def test_run_lengths_take_memory_and_many_are_refused() -> None:
    assert contents_of(bmp(100, 100, 8, 1, b"\x64\0" * 100)).buffer_bytes == 30_000
    with pytest.raises(ImageTooLargeError, match="run lengths"):
        contents_of(bmp(100, 100, 4, 2, b"\1\0" * 2**20))


@pytest.mark.parametrize("end", [2, 20, 30])
def test_a_head_that_is_cut_is_damaged(end: int) -> None:
    with pytest.raises(ValueError, match="ends"):
        contents_of(bmp(8, 8, 8, 0, bytes(64))[:end])
