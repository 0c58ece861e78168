import numpy as np
import pytest

from text_recognizer.arrays import InkImage
from text_recognizer.augmentation.characters import CharacterAugmentation, augment_character

STILL = {"rotation": 0, "shear": 0, "scale": (1, 1), "aspect": (1, 1), "shift": 0}


@pytest.fixture
def character() -> InkImage:
    """A block of ink, twice as high as wide."""
    image = np.zeros((28, 28), np.uint8)
    image[6:22, 10:18] = 255
    return image


def test_character_keeps_its_size_and_most_of_its_ink(character: InkImage) -> None:
    rng = np.random.default_rng(0)
    varied = [augment_character(character, rng) for _ in range(50)]
    assert {v.shape for v in varied} == {(28, 28)}
    assert all(0.6 < v.mean() / character.mean() < 1.5 for v in varied)
    assert any((v != character).any() for v in varied)


def test_without_variation_a_character_stays_as_it_is(character: InkImage) -> None:
    config = CharacterAugmentation.from_dict(STILL)
    np.testing.assert_array_equal(augment_character(character, np.random.default_rng(0), config), character)


@pytest.mark.parametrize(
    ("changed", "height", "width"),
    [
        ({}, 16, 8),
        ({"scale": (0.5, 0.5)}, 8, 4),
        ({"aspect": (2, 2)}, 8, 16),
    ],
)
def test_sides_are_scaled_as_asked_for(
    character: InkImage, changed: dict[str, object], height: int, width: int
) -> None:
    config = CharacterAugmentation.from_dict({**STILL, **changed})
    inked = augment_character(character, np.random.default_rng(0), config) > 127
    assert (inked.any(axis=1).sum(), inked.any(axis=0).sum()) == (height, width)


@pytest.mark.parametrize(("name", "value"), [("rotation", 30), ("shear", 0.5), ("shift", 5)])
def test_turns_leans_and_moves_both_ways(character: InkImage, name: str, value: float) -> None:
    config = CharacterAugmentation.from_dict({**STILL, name: value})
    varied = [augment_character(character, np.random.default_rng(seed), config) for seed in range(20)]
    upper = [float(np.average(np.arange(28), weights=image[:14].sum(axis=0))) for image in varied]
    assert min(upper) < 13
    assert max(upper) > 14
