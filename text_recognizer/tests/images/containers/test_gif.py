"""A GIF is reduced to its first frame; comments, loops and disposal do not reach the decoder."""

import io

import numpy as np
import pytest
from PIL import Image

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.containers.gif import contents_of
from text_recognizer.tests.images.handmade_files import gif
from text_recognizer.tests.images.image_files import draw_picture, encode


def test_comments_and_application_data_are_left_out() -> None:
    plain = contents_of(gif())
    full = contents_of(gif(b"!\xfe\3abc\0" + b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0" + b"!\x01\2ab\0"))
    assert full.data == plain.data


def test_palette_and_transparency_stay() -> None:
    image = Image.fromarray(draw_picture()).convert("RGB").quantize(16)
    data = encode(image, "GIF", transparency=2)
    with Image.open(io.BytesIO(contents_of(data).data)) as reduced, Image.open(io.BytesIO(data)) as whole:
        assert reduced.convert("RGBA").tobytes() == whole.convert("RGBA").tobytes()
        assert reduced.info["transparency"] == whole.info["transparency"]


def test_the_first_frame_is_that_of_the_animation() -> None:
    picture = Image.fromarray(draw_picture())
    data = encode(picture, "GIF", save_all=True, append_images=[picture.rotate(180)], disposal=2, loop=0)
    with Image.open(io.BytesIO(contents_of(data).data)) as image:
        assert np.array_equal(np.asarray(image.convert("L")), draw_picture())


def test_disposal_is_cleared_and_the_rest_of_the_control_stays() -> None:
    data = contents_of(gif(b"!\xf9\4\x09\x10\0\x07\0")).data
    assert b"!\xf9\4\x01\x10\0\x07\0" in data


def test_size_is_that_of_screen_and_frame() -> None:
    assert contents_of(gif(screen=(300, 5))).size == (300, 8)


@pytest.mark.parametrize(
    "data", [b"GIF89a", gif()[:20], gif(b"!\xfe\3abc\0")[:-200][:40] + b";", b"GIF87a" + bytes(7)]
)
def test_a_file_without_a_frame_is_damaged(data: bytes) -> None:
    with pytest.raises(ValueError, match="ends|frame"):
        contents_of(data)


def test_very_many_blocks_are_refused() -> None:
    with pytest.raises(ImageTooLargeError, match="blocks"):
        contents_of(gif(b"!\xfe" + b"\1a" * 50_001 + b"\0"))
