"""The content tells the format; what is of none stays as it is."""

import pytest
from PIL import Image

from text_recognizer.images.containers.dispatch import contents_of
from text_recognizer.tests.images.image_files import FORMATS, draw_picture, encode


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_known(kind: str) -> None:
    contents = contents_of(encode(Image.fromarray(draw_picture()), kind))
    assert contents.size == (80, 48)
    assert contents.orientation == 1


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"RIFF\0\0\0\0AVI ", b"\0\0\0\x0cjP  \r\n\x87\n"])
def test_foreign_files_stay_as_they_are(data: bytes) -> None:
    assert contents_of(data).data == data
