"""What word recognizers take: one height, ink = 1 in either polarity, at least twice as wide as high."""

import itertools
import math

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import InvalidInputError
from text_recognizer.metrics.words import protocol_form
from text_recognizer.preprocessing.words import (
    MAX_ASPECT,
    MIN_ASPECT,
    WORD_HEIGHT,
    word_ink,
    word_input,
    word_views,
    word_width,
)
from text_recognizer.tests.real_data import real_data

_FRAME_PX = 8  # columns per frame of the network of 64 rows


def bars(height: int = 48, width: int = 150, paper: int = 200, ink: int = 60) -> GrayImage:
    """Return the image of a word of four upright strokes."""
    image = np.full((height, width), paper, np.uint8)
    for left in range(width // 15, width - width // 15, max(1, width // 5)):
        image[height // 6 : -height // 6, left : left + max(1, width // 20)] = ink
    return image


def test_aspect_ratio_gives_the_width() -> None:
    word = word_input(bars())
    assert word.dtype == np.float32
    assert word.shape == (WORD_HEIGHT, 200)
    assert word_input(bars(), height=32).shape == (32, 100)


def test_a_fixed_width_stretches_and_squeezes() -> None:
    for width in (40, 150, 900):
        word = word_input(bars(width=width), height=32, width=100)
        assert word.shape == (32, 100)
        assert word[:, :12].max() > 0.5  # the first stroke stays at the left
        assert word[:, 70:].max() > 0.5


@pytest.mark.parametrize(("columns", "aspect"), [(4, MIN_ASPECT), (48, MIN_ASPECT), (20_000, MAX_ASPECT)])
def test_aspect_ratio_is_limited(columns: int, aspect: float) -> None:
    image = np.full((48, columns), 255, np.uint8)
    assert word_input(image).shape == (WORD_HEIGHT, round(aspect * WORD_HEIGHT))
    assert word_width(48, columns) == round(aspect * WORD_HEIGHT)


@pytest.mark.parametrize(("paper", "ink"), [(200, 60), (60, 200), (120, 90), (255, 0), (0, 255)])
def test_any_polarity_and_contrast_end_as_0_to_1(paper: int, ink: int) -> None:
    word = word_input(bars(paper=paper, ink=ink))
    np.testing.assert_allclose(word, word_input(bars()), atol=0.05)
    assert word.min() == 0
    assert word.max() == 1


def test_noise_on_paper_stays_faint() -> None:
    noise = np.random.default_rng(0).integers(-8, 9, (48, 150))
    noisy = word_input((bars().astype(np.int64) + noise).astype(np.uint8))
    assert np.abs(noisy - word_input(bars())).mean() < 0.05
    blank = np.clip(200 + noise, 0, 255).astype(np.uint8)
    assert word_input(blank).max() < 0.6  # not raised to full ink


@pytest.mark.parametrize("value", [0, 127, 255])
def test_an_image_of_one_grey_is_blank(value: int) -> None:
    assert not word_input(np.full((20, 50), value, np.uint8)).any()


def test_data_sets_keep_what_predictors_compute() -> None:
    ink = word_ink(bars())
    assert ink.dtype == np.uint8
    np.testing.assert_array_equal(word_input(bars()), (ink / 255).astype(np.float32))


@pytest.mark.parametrize(
    "image", [np.zeros((0, 5), np.uint8), np.zeros((5, 5), np.float32), np.zeros((5, 5, 3), np.uint8)]
)
def test_what_is_no_grey_image_is_refused(image: np.ndarray) -> None:
    with pytest.raises(InvalidInputError, match="uint8"):
        word_input(image)


def frames_needed(text: str) -> int:
    """Return a frame for each letter, and one between equal neighbours."""
    return len(text) + sum(first == second for first, second in itertools.pairwise(text))


@pytest.mark.slow
def test_no_real_word_has_more_letters_than_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    root, narrow, too_narrow = real_data(monkeypatch, "scene_text"), 0, []
    for folder in (root / "iiit5k_train", root / "ic15_train"):
        for line in (folder / "labels.tsv").read_text(encoding="utf-8").splitlines():
            file, _, text = line.partition("\t")
            with Image.open(folder / file) as image:
                width, height = image.size
            needed = frames_needed(protocol_form(text))
            narrow += needed > max(1, math.ceil(round(WORD_HEIGHT * width / height) / _FRAME_PX))
            if needed > math.ceil(word_width(height, width) / _FRAME_PX):
                too_narrow.append(text)
    assert narrow == 98  # of 6,468, if each kept its own aspect ratio
    assert too_narrow == []


def test_narrow_images_are_seen_from_three_sides() -> None:
    wide = np.zeros((30, 21), np.uint8)
    narrow = np.arange(30 * 20).astype(np.uint8).reshape(30, 20)
    assert len(word_views(wide)) == 1
    upright, left, right = word_views(narrow)
    np.testing.assert_array_equal(upright, narrow)
    assert left.shape == right.shape == (20, 30)
    np.testing.assert_array_equal(left, right[::-1, ::-1])
