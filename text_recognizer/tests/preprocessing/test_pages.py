"""The detector's input: sizes, scale, polarity, thin strokes."""

import numpy as np
import pytest

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import InvalidInputError
from text_recognizer.preprocessing.pages import (
    PARAGRAPH_MULTIPLE,
    PARAGRAPH_SIZE,
    ink_to_paragraph,
    paragraph_input,
)


def ruled(height: int, width: int, stroke: int = 4, pitch: int = 60) -> GrayImage:
    """Grey page with dark horizontal strokes."""
    image = np.full((height, width), 220, np.uint8)
    for top in range(pitch // 2, height - stroke, pitch):
        image[top : top + stroke, width // 8 : -width // 8] = 40
    return image


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((1771, 1239), (512, 360)), ((216, 587), (192, 512)), ((40, 1100), (64, 512)), ((100, 60), (104, 64))],
)
def test_longer_side_is_reduced_and_never_enlarged(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    ink, scale = paragraph_input(ruled(*shape))

    assert ink.shape == expected
    assert scale == pytest.approx(min(1, PARAGRAPH_SIZE / max(shape)))
    assert ink.dtype == np.float32
    assert 0 <= ink.min() <= ink.max() <= 1
    assert not ink.shape[0] % PARAGRAPH_MULTIPLE
    assert not ink.shape[1] % PARAGRAPH_MULTIPLE


def test_a_larger_size_can_be_asked_for() -> None:
    ink, scale = ink_to_paragraph(np.zeros((1771, 1239), np.float32), 1024)

    assert ink.shape == (1024, 720)
    assert scale == pytest.approx(1024 / 1771)


def test_scale_maps_input_rows_to_page_rows() -> None:
    image = np.full((1500, 1000), 230, np.uint8)
    image[900:930, 200:800] = 30

    ink, scale = paragraph_input(image)

    rows = np.flatnonzero(ink[:, ink.shape[1] // 2] > 0.5)
    assert rows[0] / scale == pytest.approx(900, abs=1 / scale)
    assert (rows[-1] + 1) / scale == pytest.approx(930, abs=1 / scale)


def test_thin_strokes_of_a_large_page_do_not_fade() -> None:
    image = np.full((3000, 2200), 220, np.uint8)
    for left in range(300, 1900, 150):  # dashes: a stroke across the page would be a rule of the paper
        image[1500:1503, left : left + 70] = 40

    ink, _ = paragraph_input(image)

    assert ink.max() > 0.9


def test_strong_strokes_become_full_ink_and_weaker_ones_keep_their_share() -> None:
    ink = np.zeros((64, 96), np.float32)
    ink[10:14], ink[30:34] = 0.6, 0.3
    page, _ = ink_to_paragraph(ink)
    np.testing.assert_allclose(page[[12, 32, 50], 40], [1, 0.5, 0], atol=1e-6)


def test_polarity_does_not_matter() -> None:
    image = ruled(400, 500)

    np.testing.assert_allclose(paragraph_input(image)[0], paragraph_input(255 - image)[0], atol=0.15)


def test_an_empty_page_has_no_ink() -> None:
    ink, _ = paragraph_input(np.full((300, 300), 200, np.uint8))

    assert not ink.any()


def test_other_arrays_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="uint8"):
        paragraph_input(np.zeros((10, 10, 3), np.uint8))
