"""What training adds to a network: teachers, the shortcut, averages; and that the network stays as it is."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.inference.session import Session
from text_recognizer.models.ctc import ctc_loss, pack_labels
from text_recognizer.networks.line_conv_ctc import line_conv_ctc
from text_recognizer.networks.sequence import FEATURES
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.build import SampleFormat, build_model
from training.config import TrainConfig
from training.export.from_run import export_run
from training.fitting.callbacks import BEST
from training.fitting.checkpoints import load_checkpoint
from training.fitting.training_model import TrainingModel
from training.tests.eagerly import train_eagerly
from training.tests.test_train import assert_a_cut_run_equals_the_whole, last_variables, quick_experiment

CROSS_ENTROPY = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# For a few steps a network is trained eagerly: to trace the graph of one takes longer.


def network(outputs: int = 3) -> keras.Model:
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(outputs)])


def logits(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return what `predict` does, without the graph that it would trace."""
    return np.asarray(model(x, training=False))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_loss_is_the_weighted_sum_of_labels_and_teachers(weight: float) -> None:
    student, teachers = network(), [network(), network()]
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(5, 4)).astype(np.float32), np.array([0, 2, 1, 1, 0])
    trained = TrainingModel(student, CROSS_ENTROPY, teachers, weight)
    trained.compile("sgd", run_eagerly=True)
    ours = log_softmax(logits(student, x))
    theirs = np.mean([np.exp(log_softmax(logits(teacher, x))) for teacher in teachers], axis=0)
    expected = -(1 - weight) * ours[np.arange(5), y].mean() - weight * (theirs * ours).sum(axis=1).mean()
    assert float(trained.evaluate(x, y, verbose=0)) == pytest.approx(expected, rel=1e-4)


def test_only_the_student_learns_and_comes_to_agree() -> None:
    keras.utils.set_random_seed(0)  # for some beginnings an answer near a tie has not turned by the end
    student, teacher = network(), network()
    before = [np.array(weight) for weight in teacher.get_weights()]
    x = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
    trained = TrainingModel(student, CROSS_ENTROPY, [teacher], 1.0)
    trained.compile(keras.optimizers.Adam(0.05), jit_compile=False)
    trained.fit(np.tile(x, (60, 1)), np.zeros(60 * 64, int), verbose=0)
    for old, new in zip(before, teacher.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert [v.path for v in trained.trainable_variables] == [v.path for v in student.trainable_variables]
    np.testing.assert_array_equal(logits(student, x).argmax(axis=1), logits(teacher, x).argmax(axis=1))


def test_teachers_must_answer_in_the_shape_of_the_student() -> None:
    with pytest.raises(ConfigError, match=r"student's \(None, 3\); received \(None, 5\)"):
        TrainingModel(network(3), CROSS_ENTROPY, [network(5)], 0.5)
    pages = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(3, 1)])
    with pytest.raises(ConfigError, match="steps, classes"):
        TrainingModel(pages, CROSS_ENTROPY, [pages], 0.5)


def line_network() -> keras.Model:
    """Return a line network of few layers and labels, with the same random weights each time."""
    keras.utils.set_random_seed(1)
    return line_conv_ctc(
        (64, None, 1), (None, 9), stem_filters=4, stage_filters=[4] * 4, stage_convolutions=1, block_width=8,
        num_blocks=1, dropout=0.0,
    )  # fmt: skip


def lines() -> tuple[np.ndarray, np.ndarray]:
    """Return two lines and their packed labels for `line_network`, of 6 frames each."""
    images = np.random.default_rng(0).random((2, 64, 45, 1), np.float32)
    return images, pack_labels([np.array([1, 2], np.int32)] * 2, [6] * 2)


def test_shortcut_adds_its_weighted_loss_and_learns() -> None:
    x, y = lines()
    plain = line_network()
    trained = TrainingModel(plain, ctc_loss, shortcut_weight=0.1)
    trained.compile(keras.optimizers.Adam(0.01), run_eagerly=True)
    head = keras.Model(plain.input, plain.get_layer(FEATURES).output)
    kernel, bias = (np.asarray(variable) for variable in trained.own_variables)
    features = np.pad(logits(head, x), ((0, 0), (1, 1), (0, 0)))
    windows = np.stack([features[:, i : i - 2 or None] for i in range(3)], axis=2)
    shortcut = np.einsum("ntkf,kfc->ntc", windows, kernel) + bias
    expected = np.mean(ctc_loss(y, logits(plain, x))) + 0.1 * np.mean(
        ctc_loss(y, shortcut.astype(np.float32))
    )
    assert float(trained.evaluate(x, y, verbose=0)) == pytest.approx(expected, rel=1e-4)
    history = trained.fit(x, y, epochs=3, verbose=0).history["loss"]
    assert history[-1] < history[0]
    assert not np.allclose(kernel, trained.own_variables[0])


def test_shortcut_needs_features() -> None:
    with pytest.raises(ConfigError, match="layer 'features'"):
        TrainingModel(network(), ctc_loss, shortcut_weight=0.1)


def test_two_views_without_masks_double_nothing_and_agree() -> None:
    x, y = lines()
    plain = line_network()
    trained = TrainingModel(plain, ctc_loss, consistency_weight=0.2, mask_share=0.0)
    trained.compile(keras.optimizers.Adam(0.01), run_eagerly=True)
    expected = np.mean(ctc_loss(y, logits(plain, x)))
    assert float(trained.evaluate(x, y, verbose=0)) == pytest.approx(expected, rel=1e-4)


def test_views_are_masked_each_in_its_own_way_and_compared() -> None:
    x, y = lines()
    plain = line_network()
    trained = TrainingModel(
        plain, ctc_loss, shortcut_weight=0.1, consistency_weight=0.2, mask_share=0.4, ema=0.9
    )
    # The graph of a step with all there is; the simplest optimizer, for its part is not the point.
    trained.compile(keras.optimizers.SGD(0.01), jit_compile=False)
    both_views, shortcut = trained(x, training=True)
    assert len(both_views) == 2 * len(x) == 2 * len(shortcut)
    first, second = np.split(log_softmax(np.asarray(both_views)), 2)
    assert not np.allclose(first, second)
    difference = (np.exp(first) - np.exp(second)) * (first - second)  # both divergences together
    expected = (
        np.mean(ctc_loss(np.concatenate([y, y]), np.asarray(both_views)))
        + 0.2 * difference.sum(axis=(1, 2)).mean() / 2
        + 0.1 * np.mean(ctc_loss(y, np.asarray(shortcut)))
    )
    assert float(trained.compute_loss(x, y, [both_views, shortcut])) == pytest.approx(expected, rel=1e-4)
    history = trained.fit(x, y, epochs=8, verbose=0).history["loss"]
    assert history[-1] < history[0]


def test_two_views_need_features_and_no_teachers() -> None:
    with pytest.raises(ConfigError, match="layer 'features'"):
        TrainingModel(network(), ctc_loss, consistency_weight=0.2)
    plain = line_network()
    with pytest.raises(ConfigError, match="teachers and consistency_weight"):
        TrainingModel(plain, ctc_loss, [line_network()], consistency_weight=0.2)


def test_average_is_the_recursion_over_weights_and_statistics() -> None:
    x, y = lines()
    plain = line_network()
    trained = TrainingModel(plain, ctc_loss, ema=0.3)
    trained.compile(keras.optimizers.Adam(0.01), run_eagerly=True)
    floats = [variable for variable in plain.variables if variable.dtype == "float32"]
    assert any("moving_mean" in variable.path for variable in floats)
    expected = [np.array(variable) for variable in floats]
    for step in range(5):
        momentum = min(0.3, (1 + step) / (10 + step))
        expected = [
            momentum * old + (1 - momentum) * np.asarray(new)
            for old, new in zip(expected, floats, strict=True)
        ]
        trained.train_on_batch(x, y)
    raw = [np.array(variable) for variable in floats]
    with trained.averaged_weights():
        for average, variable in zip(expected, floats, strict=True):
            np.testing.assert_allclose(variable, average, rtol=1e-5, atol=1e-7)
    for value, variable in zip(raw, floats, strict=True):
        np.testing.assert_array_equal(variable, value)
    assert any(not np.allclose(a, b) for a, b in zip(expected, raw, strict=True))
    assert len(trained.trainable_variables) == len(plain.trainable_variables)


def test_weights_come_back_when_validation_fails() -> None:
    plain = network()
    trained = TrainingModel(plain, CROSS_ENTROPY, ema=0.5)
    plain.layers[0].kernel.assign_add(plain.layers[0].kernel + 1)
    raw = np.array(plain.layers[0].kernel)

    def fail() -> None:
        with trained.averaged_weights():
            assert not np.allclose(raw, plain.layers[0].kernel)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    np.testing.assert_array_equal(raw, plain.layers[0].kernel)


def test_a_cut_run_goes_on_as_if_it_had_not_been_and_exports_the_average(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_eagerly(monkeypatch)
    config = quick_experiment(shortcut_weight=0.1, consistency_weight=0.2, ema=0.9, epochs=2)
    assert_a_cut_run_equals_the_whole(config, tmp_path)

    plain = build_model(config, SampleFormat((64, None, 1), (None, 80), LINE_CHARACTERS)).network
    load_checkpoint(tmp_path / "whole" / BEST, plain.variables)
    raw = last_variables(tmp_path / "whole")[: len(plain.variables)]
    assert any(not np.allclose(a, b) for a, b in zip(plain.variables, raw, strict=True))
    folder = export_run(tmp_path / "whole", weights_dir=tmp_path / "weights")
    image = np.random.default_rng(0).random((1, 64, 96, 1)).astype(np.float32)
    received = Session(folder / "model.onnx").run(image)
    np.testing.assert_allclose(received, np.asarray(plain(image, training=False)), atol=1e-4)


@pytest.mark.parametrize("values",
    [
        {"ema": 1.0}, {"ema": 0}, {"shortcut_weight": -0.1}, {"consistency_weight": -0.1},
        {"mask_share": 1.0},
    ],
)  # fmt: skip
def test_configuration_says_what_it_expects(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        TrainConfig(**values)
