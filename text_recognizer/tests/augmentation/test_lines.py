"""Line and character augmentation: shape, determinism, bounds, and that it does something."""

import numpy as np
import pytest

from text_recognizer.augmentation.characters import augment_character
from text_recognizer.augmentation.lines import augment_line


@pytest.fixture
def line() -> np.ndarray:
    """A line of vertical strokes between empty margins."""
    image = np.zeros((64, 400), np.uint8)
    image[20:50, 20:380:12] = 255
    return image


def test_height_stays_and_width_stays_near(line: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        varied = augment_line(line, rng)
        assert varied.dtype == np.uint8
        assert varied.shape[0] == 64
        assert 0.7 * 400 <= varied.shape[1] <= 1.3 * 400


def test_ink_survives(line: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    shares = [augment_line(line, rng).mean() / line.mean() for _ in range(50)]
    assert min(shares) > 0.25
    assert max(shares) < 4


def test_same_seed_same_line_other_seed_other_line(line: np.ndarray) -> None:
    first, again, other = (augment_line(line, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


def test_character_keeps_its_size_and_most_of_its_ink() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[6:22, 10:18] = 255
    rng = np.random.default_rng(0)
    varied = [augment_character(image, rng) for _ in range(50)]
    assert {v.shape for v in varied} == {(28, 28)}
    assert all(0.6 < v.mean() / image.mean() < 1.5 for v in varied)
    assert any((v != image).any() for v in varied)
