"""Variations of words: of the same height, scaled with it, legible, switched off one by one."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from text_recognizer.arrays import InkImage
from text_recognizer.augmentation.words import WordAugmentation, augment_word

STILL: dict[str, Any] = {
    "rotation": 0, "shear": 0, "perspective": 0, "looseness": (0, 0), "scale_x": (1, 1),
    "stroke_probability": 0, "blur_probability": 0, "gamma": (1, 1), "strength": (1, 1), "paper": (0, 0),
    "noise_probability": 0,
}  # fmt: skip


def word(height: int = 64) -> InkImage:
    """Return four strokes, 3 x as wide as high."""
    image = np.zeros((height, 3 * height), np.uint8)
    for left in range(height // 4, 3 * height - height // 4, 3 * height // 4):
        image[height // 6 : -height // 6, left : left + height // 8] = 255
    return image


def varied(image: InkImage, count: int = 20, width: int | None = None, **changed: Any) -> list[InkImage]:
    augmentation = WordAugmentation.from_dict({**STILL, **changed})
    return [augment_word(image, np.random.default_rng(seed), augmentation, width) for seed in range(count)]


def test_without_variation_a_word_stays_as_it_is() -> None:
    np.testing.assert_array_equal(varied(word(), count=1)[0], word())


@pytest.mark.parametrize("height", [32, 64])
def test_words_keep_their_height_and_their_strokes(height: int) -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        image = augment_word(word(height), rng)
        assert image.dtype == np.uint8
        assert image.shape[0] == height
        assert 0.7 < image.shape[1] / (3 * height) < 1.35
        row = image[height // 2].astype(int)
        strokes = row > (row.min() + row.max()) / 2
        assert np.count_nonzero(np.diff(strokes.astype(int)) == 1) + strokes[0] == 4  # none is erased


@pytest.mark.parametrize("width", [60, 100, 200])
def test_a_fixed_width_is_kept(width: int) -> None:
    defaults = dataclasses.asdict(WordAugmentation())
    assert {image.shape for image in varied(word(32), width=width, **defaults)} == {(32, width)}


@pytest.mark.parametrize(("name", "value"), [("rotation", 20), ("shear", 0.5), ("perspective", 0.3)])
def test_geometry_varies_both_ways(name: str, value: float) -> None:
    changed: dict[str, Any] = {name: value}
    images = varied(word(), **changed)
    assert len({image.tobytes() for image in images}) == len(images)
    turned = [np.cov(np.argwhere(image > 127).T)[0, 1] for image in images]  # 0 for upright, level strokes
    assert min(turned) < -5 < 5 < max(turned)


def test_a_free_width_varies_both_ways() -> None:
    widths = [image.shape[1] for image in varied(word(), scale_x=(0.5, 2))]
    assert 96 <= min(widths) < 192 < max(widths) <= 384


def test_looseness_adds_paper_and_cuts_off() -> None:
    (loose,) = varied(word(), count=1, looseness=(0.5, 0.5))
    assert loose.shape == (64, 128)  # 4 heights of 2, scaled to the same rows
    assert not loose[:12].any()
    assert not loose[:, :12].any()
    (tight,) = varied(word(), count=1, looseness=(-0.2, -0.2))
    assert tight[0].any()
    assert tight[-1].any()


@pytest.mark.parametrize(
    "changed",
    [{"blur_probability": 1, "blur_radius": (0.1, 0.1)}, {"looseness": (0.125, 0.125)}, {"shear": 0.3}],
)
def test_lengths_are_shares_of_the_height(changed: dict[str, Any]) -> None:
    low, high = (varied(word(height), count=1, **changed)[0] for height in (32, 64))
    assert high.shape == (2 * low.shape[0], 2 * low.shape[1])
    halved = high.reshape(low.shape[0], 2, low.shape[1], 2).mean(axis=(1, 3))
    assert np.abs(halved - low).mean() < 8


def test_strokes_grow_and_shrink_and_less_in_lower_images() -> None:
    def change(height: int) -> list[float]:
        images = varied(word(height), stroke_probability=1, stroke_share=(1, 1))
        return sorted({round(float(image.mean() - word(height).mean()) * height) for image in images})

    thinner, thicker = change(64)
    assert thinner < 0 < thicker
    thinner_32, thicker_32 = change(32)
    assert thinner < 1.5 * thinner_32 < 0 < 1.5 * thicker_32 < 2.25 * thicker


def test_contrast_and_noise() -> None:
    (faint,) = varied(word(), count=1, strength=(0.5, 0.5), paper=(0.2, 0.2))
    assert (faint.min(), faint.max()) == (26, 128)
    (thin,) = varied(word() // 2, count=1, gamma=(2, 2))
    assert thin.max() == round(255 * (127 / 255) ** 2)
    (noisy,) = varied(word() // 2 + 60, count=1, noise_probability=1, noise=(0.05, 0.05))
    assert 10 < (noisy.astype(float) - (word() // 2 + 60)).std() < 15


def test_a_seed_gives_one_variation() -> None:
    first, second = (augment_word(word(), np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
