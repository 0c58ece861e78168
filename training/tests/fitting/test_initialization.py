import json
import logging
from pathlib import Path

import keras
import numpy as np
import pytest

from text_recognizer.errors import ArtifactError
from training.exported import exported_model
from training.fitting.initialization import initialize
from training.weights_file import read_half_weights, save_half_weights


def network(labels: int, hidden: int = 3) -> keras.Model:
    return keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(hidden, bias_initializer="normal"),
         keras.layers.Dense(labels, bias_initializer="normal")]
    )  # fmt: skip


def values(model: keras.Model) -> list[np.ndarray]:
    return [keras.ops.convert_to_numpy(weight) for weight in model.weights]


def ship(folder: Path, model: keras.Model, vocabulary: str) -> Path:
    folder.mkdir()
    save_half_weights(model, folder / "weights.h5")
    (folder / "manifest.json").write_text(json.dumps({"vocabulary": vocabulary}))
    return folder


def start(network: keras.Model, vocabulary: str, folder: Path) -> None:
    """Start a network from the model in a folder."""
    trained = exported_model(str(folder))
    values = read_half_weights(folder / "weights.h5", network, any_labels=True)
    initialize(network, vocabulary, values, trained.vocabulary)


def test_the_same_characters_give_the_same_network(tmp_path: Path) -> None:
    trained, new = network(4), network(4)
    ship(tmp_path / "model", trained, "abc")
    start(new, "abc", tmp_path / "model")
    for a, b in zip(values(trained), values(new), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3)


def test_labels_follow_their_characters(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    trained, new = network(4), network(5)
    random_kernel = values(new)[-2]
    folder = ship(tmp_path / "elsewhere", trained, "abc")
    with caplog.at_level(logging.INFO):
        start(new, "cxay", folder)
    (kernel, bias), (their_kernel, their_bias) = values(new)[-2:], values(trained)[-2:]
    for ours, theirs in ((0, 0), (1, 3), (3, 1)):  # blank, c, a
        np.testing.assert_allclose(kernel[:, ours], their_kernel[:, theirs], rtol=1e-3)
        np.testing.assert_allclose(bias[ours], their_bias[theirs], rtol=1e-3)
    np.testing.assert_array_equal(kernel[:, [2, 4]], random_kernel[:, [2, 4]])
    assert (bias[[2, 4]] < their_bias.min() - 3).all(), "new characters are rare at first"
    assert "Characters that are new: 'xy'" in caplog.text
    assert "not read any more: 'b'" in caplog.text


@pytest.mark.parametrize(
    ("model", "vocabulary", "message"),
    [
        (network(4, hidden=5), "abc", r"\(2, 5\) float16"),
        (network(3), "abc", "0 labels beside the characters; received 1"),
        (keras.Sequential([keras.Input((2,)), keras.layers.Dense(4)]), "abc", "Expected 2 weights"),
    ],
)
def test_another_network_is_refused_and_unchanged(
    tmp_path: Path, model: keras.Model, vocabulary: str, message: str
) -> None:
    ship(tmp_path / "model", network(4), "abc")
    before = values(model)
    with pytest.raises(ArtifactError, match=message):
        start(model, vocabulary, tmp_path / "model")
    for a, b in zip(before, values(model), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    folder = ship(tmp_path / "model", network(4), "abc")
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(ArtifactError, match=r"manifest.json lacks vocabulary"):
        start(network(4), "abc", tmp_path / "model")


def test_new_characters_start_from_their_base_letters(tmp_path: Path) -> None:
    trained, new = network(4), network(6)
    folder = ship(tmp_path / "model", trained, "aoe")
    start(new, "aoe\u00e9\u0153", folder)
    (kernel, bias), (their_kernel, their_bias) = values(new)[-2:], values(trained)[-2:]
    for ours, theirs in ((4, 3), (5, 2)):  # an e with an accent, and oe joined
        np.testing.assert_allclose(kernel[:, ours], their_kernel[:, theirs], rtol=1e-3)
        np.testing.assert_allclose(bias[ours], their_bias[theirs] - 4, atol=1e-2)
