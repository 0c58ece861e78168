"""Batches of any shapes reach the training step, in order, for every seed and batch size; errors too."""

import os

import keras
import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.models.base import Model
from text_recognizer.models.line_detector_model import LineDetectorModel
from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.networks import NETWORKS
from training.fitting.batches import Batches, TrainingError
from training.fitting.feed import Feed
from training.fitting.loop import fit
from training.fitting.mixture import Mixture
from training.fitting.training_model import TrainingModel
from training.tests.conftest import draw

# Another number, as in DETECTOR_SEEDS=20 pytest training/tests/fitting/test_feed.py, looks more closely.
SEEDS = range(int(os.environ.get("DETECTOR_SEEDS", "5")))
BATCH_SIZES = (2, 4, 8, 16)


def pages(count: int = 18) -> Split:
    """Return pages (512, 384) with four lines of bars."""
    image, labels = np.zeros((512, 384), np.uint8), np.zeros((512, 384), np.uint8)
    for line in range(4):
        top = 40 + 120 * line
        image[top : top + 64, 20:276] = np.pad(draw("decade"), ((0, 0), (0, 32)))
        labels[top : top + 64, 20:276] = 1 + line % 2
    return Split([f"page-{i}" for i in range(count)], [image] * count, [labels] * count)


def gradients(count: int) -> Split:
    """Return pages (512, 384) whose ink rises by 1 from row to row, which no resampled page does."""
    image = np.broadcast_to((np.arange(512) % 256).astype(np.uint8)[:, None], (512, 384))
    return Split([str(i) for i in range(count)], [image] * count, [np.ones_like(image)] * count)


@pytest.fixture(scope="module")
def detector() -> tuple[LineDetectorModel, TrainingModel]:
    """A tiny detector, ready to train."""
    network = NETWORKS["fcn"]((None, None, 1), (None, None, 3), num_filters=2, dilations=[1])
    model = LineDetectorModel(network)
    trained = TrainingModel(network)
    trained.compile("sgd", loss=model.loss, jit_compile=False)
    return model, trained


def batches_over(split: Split, model: Model, batch_size: int, seed: int = 0) -> Batches:
    mixture = Mixture([len(split)], seed=seed, epochs=3)
    return Batches(split, model, mixture, batch_size=batch_size, seed=seed, augment=True)


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_detectors_train_with_every_seed_and_batch_size(
    detector: tuple[LineDetectorModel, TrainingModel], batch_size: int
) -> None:
    model, trained = detector
    split = pages(batch_size + 1)
    for seed in SEEDS:
        batches = batches_over(split, model, batch_size, seed)
        fit(trained, batches)
        assert int(trained.optimizer.iterations) > 0


def test_detectors_see_varied_and_unvaried_pages_on_one_canvas(
    detector: tuple[LineDetectorModel, TrainingModel],
) -> None:
    inputs, targets = batches_over(gradients(40), detector[0], 40).batch(0, 0)
    assert inputs.shape == (40, 256, 256, 1)
    assert targets.shape == (40, 256, 256)
    steps = np.diff(np.round(inputs[..., 0] * 255), axis=1) % 256
    assert 3 <= sum(bool(np.all(rows == 1)) for rows in steps) <= 15, "about a fifth"


def test_one_batch_per_epoch_may_have_another_shape_in_each() -> None:
    network = NETWORKS["line_conv_ctc"](
        (64, None, 1), (None, 80), stem_filters=2, stage_filters=[2] * 4, block_width=4, num_blocks=0
    )
    model, texts = LineModelCtc(network), ["abba", "cab", "dad", "beef" * 9]
    lines = Split(texts, [draw(text) for text in texts], texts)
    batches = Batches(lines, model, Mixture([4], epochs=3), batch_size=4, seed=0, augment=True)
    shapes = {tuple(array.shape for array in batches.batch(epoch, 0)) for epoch in range(3)}
    assert len(batches) == 1
    assert len(shapes) > 1
    trained = TrainingModel(network)
    trained.compile("sgd", loss=model.loss, jit_compile=False)
    fit(trained, batches, epochs=3)
    assert int(trained.optimizer.iterations) == 3


def test_batches_come_in_order_and_end_with_the_last_epoch(
    detector: tuple[LineDetectorModel, TrainingModel],
) -> None:
    batches = batches_over(pages(6), detector[0], 4)
    feed = Feed(batches, detector[0].network, first=1, epochs=3, workers=3)
    received = list(feed)
    assert len(received) == 4
    for (inputs, _), number in zip(received, [(1, 0), (1, 1), (2, 0), (2, 1)], strict=True):
        np.testing.assert_array_equal(inputs, batches.batch(*number)[0])
    np.testing.assert_array_equal(feed.example()[0], received[0][0])


class Broken(LineDetectorModel):
    """Cannot vary a page."""

    def augment(self, *_: object) -> tuple[np.ndarray, np.ndarray]:
        raise ZeroDivisionError("no ink")


def test_a_batch_that_cannot_be_made_ends_training_with_its_samples(
    detector: tuple[LineDetectorModel, TrainingModel],
) -> None:
    batches = batches_over(pages(6), Broken(detector[0].network), 6)
    feed = Feed(batches, detector[0].network, 0, 1, workers=1)
    with pytest.raises(TrainingError, match=r"Batch 0 of epoch 1 cannot be made: no ink.*page-[0-5], page"):
        list(feed)
    assert isinstance(feed.failure, TrainingError)


@pytest.mark.parametrize(("value", "name"), [(np.nan, "nan"), (np.inf, "(inf|nan)")])
def test_a_loss_that_is_no_number_names_the_samples(
    detector: tuple[LineDetectorModel, TrainingModel], value: float, name: str
) -> None:
    trained = TrainingModel(detector[0].network)
    trained.compile("sgd", loss=lambda y, logits: keras.ops.mean(logits) + value, jit_compile=False)
    with pytest.raises(TrainingError, match=f"The loss is {name} in batch 0 of epoch 1, .*page-2"):
        fit(trained, batches_over(pages(4), detector[0], 4))


def test_a_step_that_fails_names_the_samples(detector: tuple[LineDetectorModel, TrainingModel]) -> None:
    import tensorflow as tf

    def loss(y: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        with tf.control_dependencies([tf.debugging.assert_less(tf.shape(y)[0], 3, "too many")]):
            return tf.reduce_mean(logits)

    model, _ = detector
    trained = TrainingModel(model.network)
    trained.compile("sgd", loss=loss, jit_compile=False)
    with pytest.raises(TrainingError, match=r"failed in batch 0 of epoch 1, .*page-3.*too many"):
        fit(trained, batches_over(pages(4), model, 4))
