from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.augmentation.lines import LineAugmentation
from text_recognizer.models import MODELS, CharacterModel
from text_recognizer.networks.mlp import mlp


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return mlp((28, 28, 1), (62,), layer_size=4)


def test_models_are_listed_under_their_names() -> None:
    assert {name: model.__name__ for name, model in MODELS.items()} == {name: name for name in MODELS}
    assert {model.input_kind for model in MODELS.values()} == {"character", "line", "paragraph", "word"}


def test_images_become_one_array_padded_with_paper(network: keras.Model) -> None:
    images = [np.full((28, width), 255, np.uint8) for width in (5, 9)]
    batch = CharacterModel(network).images_to_array(images)
    assert batch.shape == (2, 28, 9, 1)
    assert batch.dtype == np.float32
    assert batch[0, :, :5].min() == batch[1].min() == 1
    assert not batch[0, :, 5:].any()
    assert CharacterModel(network).images_to_array(images, width=16).shape == (2, 28, 16, 1)


def test_by_default_a_sample_is_taken_as_it_is(network: keras.Model) -> None:
    sample: tuple[Any, Any] = np.zeros((28, 28), np.uint8), 3
    model, rng = CharacterModel(network), np.random.default_rng(0)
    assert model.reject(*sample) is None
    assert model.join(sample, sample, rng) is sample
    assert model.unvaried(*sample, rng)[0] is sample[0]
    assert model.downsampling == 1


def test_augmentation_of_another_kind_is_refused(network: keras.Model) -> None:
    with pytest.raises(TypeError, match="CharacterAugmentation"):
        CharacterModel(network, LineAugmentation())
