import numpy as np
import pytest

from text_recognizer.models.character_model import CharacterModel
from text_recognizer.networks.mlp import mlp
from text_recognizer.vocabulary import EMNIST_CHARACTERS


@pytest.fixture(scope="module")
def model() -> CharacterModel:
    return CharacterModel(mlp((28, 28, 1), (62,), layer_size=4))


def test_it_reads_the_classes_of_emnist(model: CharacterModel) -> None:
    assert (model.vocabulary, model.input_kind, model.monitor) == (EMNIST_CHARACTERS, "character", "accuracy")
    assert model.targets_to_array([], [3, 61]).tolist() == [3, 61]


def test_accuracy_and_loss_are_those_of_the_logits(
    model: CharacterModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    logits = np.zeros((3, 62), np.float32)
    logits[[0, 1, 2], [5, 6, 7]] = 4
    taken = iter((logits[:2], logits[2:]))
    monkeypatch.setattr(model.network, "predict_on_batch", lambda batch: next(taken))
    scores = model.evaluate([*np.zeros((3, 28, 28), np.uint8)], [5, 6, 0], batch_size=2)
    normalizer = np.log(np.exp(4) + 61)
    assert scores["accuracy"] == pytest.approx(2 / 3)
    assert scores["loss"] == pytest.approx(normalizer - 8 / 3, rel=1e-5)


def test_variations_stay_within_the_image_and_repeat_with_the_seed(model: CharacterModel) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[8:20, 12:16] = 255
    first, again = (model.augment(image, 4, np.random.default_rng(1)) for _ in range(2))
    assert first[0].shape == (28, 28)
    assert first[1] == 4
    np.testing.assert_array_equal(first[0], again[0])
    assert (first[0] != image).any()
