"""Line and character augmentation: shape, determinism, bounds, and that it does something."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer.augmentation.characters import augment_character
from text_recognizer.augmentation.lines import (
    augment_line,
    change_paper,
    change_strokes,
    erase_spans,
    warp,
)
from text_recognizer.augmentation.paper import grain, rules


@pytest.fixture
def line() -> np.ndarray:
    """A line of vertical strokes, as wide as those of pens, between empty margins."""
    image = np.zeros((64, 400), np.uint8)
    for column in range(20, 380, 12):
        image[20:50, column : column + 3] = 255
    return image


def test_height_stays_and_width_stays_near(line: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        varied = augment_line(line, rng)
        assert varied.dtype == np.uint8
        assert varied.shape[0] == 64
        assert 0.69 * 400 <= varied.shape[1] <= 1.36 * 400


def test_ink_survives(line: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    shares = [augment_line(line, rng).sum() / line.sum() for _ in range(200)]
    assert min(shares) > 0.1
    assert np.median(shares) > 0.5
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


def test_letters_are_distorted_in_both_directions(line: np.ndarray) -> None:
    warped = [np.asarray(warp(line, np.random.default_rng(seed))) for seed in range(20)]
    rows = [np.flatnonzero((image > 127).any(axis=1)) for image in warped]
    assert len({(r[0], r[-1]) for r in rows}) > 5, "height and place change"
    upper, lower = (
        [(image[part] > 127).sum(axis=1).std() for image in warped] for part in (slice(22, 30), slice(40, 48))
    )
    assert np.std(np.subtract(upper, lower)) > 0


def test_some_lines_are_cut_off_at_the_top_or_bottom() -> None:
    full = np.full((64, 300), 255, np.uint8)
    heights = [
        np.asarray(warp(full, np.random.default_rng(seed)))[:, 150].astype(bool).sum() for seed in range(60)
    ]
    assert min(heights) < 50
    assert max(heights) == 64


def test_strokes_become_wider_narrower_or_softer(line: np.ndarray) -> None:
    picture = Image.fromarray(line)
    changed = [
        np.asarray(change_strokes(picture, np.random.default_rng(seed)), int).sum() for seed in range(30)
    ]
    assert min(changed) < 0.95 * line.astype(int).sum()
    assert max(changed) > 1.05 * line.astype(int).sum()


def test_paper_shows_and_breaks_the_ink() -> None:
    ink = np.zeros((64, 200), np.float32)
    ink[:, 100:] = 1
    change_paper(ink, np.random.default_rng(1))
    assert ink[:, :100].std() > 0
    assert ink[:, 100:].std() > 0
    assert abs(ink[:, :100].mean()) < 0.15
    assert ink[:, 100:].mean() == pytest.approx(1, abs=0.2)


def test_erased_spans_are_narrow() -> None:
    ink = np.ones((64, 400), np.float32)
    erase_spans(ink, np.random.default_rng(0))
    assert 4 <= (ink == 0).all(axis=0).sum() <= 60
    assert set(np.unique(ink)) == {0, 1}


def test_grain_is_the_same_for_the_same_seed_and_of_any_size() -> None:
    for size in ((64, 1000), (600, 9000), (1, 1)):
        first, again = (grain(size, np.random.default_rng(3)) for _ in range(2))
        assert first.shape == size
        np.testing.assert_array_equal(first, again)
    large = grain((512, 8192), np.random.default_rng(0))
    assert float(large.mean()) == pytest.approx(0, abs=0.05)
    assert float(large.std()) == pytest.approx(1, abs=0.01)


def test_rules_run_along_the_row_and_are_fainter_than_ink() -> None:
    for seed in range(20):
        printed = rules((64, 600), 40.0, np.random.default_rng(seed))
        assert printed.shape == (64, 600)
        assert printed[30:50].any()
        assert 0 < printed.max() < 255
        assert (printed > 0).mean() < 0.12
