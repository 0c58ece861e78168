import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.preprocessing.characters import CHARACTER_GLYPH, CHARACTER_SIZE, character_input


def glyph(height: int, width: int) -> GrayImage:
    """Draw a frame with a crossbar, dark on light, on much paper."""
    page = np.full((400, 300), 225, np.uint8)
    stroke = max(2, min(height, width) // 6)
    box = page[90 : 90 + height, 40 : 40 + width]
    box[:stroke] = box[-stroke:] = 35
    box[:, :stroke] = box[:, -stroke:] = 35
    box[height // 2 : height // 2 + stroke] = 35
    return page


def box_of(ink: InkMap) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


@pytest.mark.parametrize(
    ("height", "width"), [(120, 60), (60, 120), (90, 90), (200, 150), (18, 12), (250, 20)]
)
def test_glyph_is_centred_and_fills_the_frame_as_in_emnist(height: int, width: int) -> None:
    ink = character_input(glyph(height, width))
    assert ink.shape == (CHARACTER_SIZE, CHARACTER_SIZE)
    assert ink.dtype == np.float32
    assert 0 <= ink.min() <= ink.max() <= 1
    top, bottom, left, right = box_of(ink)
    assert max(bottom - top, right - left) == CHARACTER_GLYPH
    assert (right - left) / (bottom - top) == pytest.approx(width / height, abs=0.1)
    assert abs(top + bottom - CHARACTER_SIZE) <= 1
    assert abs(left + right - CHARACTER_SIZE) <= 1


def test_polarity_and_resolution_do_not_matter() -> None:
    image = glyph(120, 80)
    expected = character_input(image)
    np.testing.assert_allclose(character_input(255 - image), expected, atol=0.02)
    large = np.asarray(Image.fromarray(image).resize((900, 1200), Image.Resampling.NEAREST))
    np.testing.assert_allclose(character_input(large), expected, atol=0.1)


@pytest.mark.parametrize("dark_on_light", [False, True])
def test_image_laid_out_as_emnist_keeps_its_pixels(dark_on_light: bool) -> None:
    emnist = np.zeros((28, 28), np.uint8)
    emnist[2:26, 8:12] = 255
    emnist[2:6, 8:20] = 255
    emnist[2:26, 12] = 90  # a soft edge
    image = 255 - emnist if dark_on_light else emnist
    np.testing.assert_allclose(character_input(image), emnist / 255, atol=0.05)


def test_small_glyph_in_28_by_28_is_enlarged() -> None:
    image = np.full((28, 28), 255, np.uint8)
    image[3:13, 15:18] = 0
    top, bottom, _, _ = box_of(character_input(image))
    assert bottom - top == CHARACTER_GLYPH


@pytest.mark.parametrize("grey", [0, 100, 255])
def test_blank_image_has_no_ink(grey: int) -> None:
    assert not character_input(np.full((40, 30), grey, np.uint8)).any()


def test_a_faint_spot_does_not_enlarge_the_box() -> None:
    spotted = glyph(120, 60)
    spotted[300:310, 200:210] = 198  # hardly darker than the paper
    np.testing.assert_array_equal(character_input(spotted), character_input(glyph(120, 60)))
