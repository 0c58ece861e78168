"""Requests are responded to in their order, with grey values or with the error."""

import io

import numpy as np
import pytest
from PIL import Image

from api import decoder_child
from api.decoder_child import IMAGE, REQUEST, RESPONSE, decode_all
from text_recognizer.images.limits import LIMITS, ImageLimits


def png(width: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (width, 3), 7).save(file, "PNG")
    return file.getvalue()


def responses(*images: bytes, limits: ImageLimits = LIMITS) -> io.BytesIO:
    requests = io.BytesIO(b"".join(REQUEST.pack(IMAGE, len(image), 0) + image for image in images))
    written = io.BytesIO()
    decode_all(requests, written, limits, megabytes=300)
    written.seek(0)
    return written


def refusal(stream: io.BytesIO) -> tuple[str, str]:
    decoded, _, name, text = RESPONSE.unpack(stream.read(RESPONSE.size))
    assert not decoded
    return stream.read(name).decode(), stream.read(text).decode()


def test_grey_values_come_in_the_order_of_the_images() -> None:
    stream = responses(png(5), png(8))
    for width in (5, 8):
        decoded, seconds, *shape = RESPONSE.unpack(stream.read(RESPONSE.size))
        assert (decoded, shape) == (True, [3, width])
        assert 0 < seconds < 10
        assert np.array_equal(np.frombuffer(stream.read(3 * width), np.uint8), np.full(3 * width, 7))
    assert stream.read() == b""


def test_an_error_is_told_by_its_name_and_the_next_image_is_decoded() -> None:
    stream = responses(b"hello", png(5))
    name, text = refusal(stream)
    assert name == "UnsupportedFormatError"
    assert "PNG" in text
    assert RESPONSE.unpack(stream.read(RESPONSE.size))[2:] == (3, 5)


def test_too_little_memory_is_an_image_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decoder_child, "load_image", greedy)
    name, text = refusal(responses(png(5)))
    assert name == "ImageTooLargeError"
    assert "300 MB" in text
