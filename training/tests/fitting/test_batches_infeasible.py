"""Texts that need more frames than there are: what they do to the reference of words, and what here.

The reference trains words of 32x100 at 26 frames. A text of 30 letters makes its loss infinite and
its gradients no numbers, which are set to 0: nothing is learned, its accuracy falls.
"""

import logging

import keras
import numpy as np
import pytest

from text_recognizer.arrays import InkImage, Labels, Reals
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.lazy_sequence import Generated
from text_recognizer.decoding.greedy import best_path
from text_recognizer.models.ctc import ctc_loss
from text_recognizer.models.word_model_ctc import WordModelCtc
from text_recognizer.networks.crnn_vgg import crnn_vgg
from training.fitting.batches import Batches
from training.fitting.mixture import Mixture, usable
from training.tests.fitting.ctc_of_the_reference import loss_and_gradient, train

FRAMES = 26
LONG = "abcdefghijklmnopqrstuvwxyz0123"  # 30 letters
TEXTS = ["cat", "dog", "bird", "fish", LONG, "goat", "", "Cow", "aaaaaaaaaaaaaa"]
ODD = {
    "4": "needs 30 frames, the image gives 26",
    "6": "its text is empty",
    "7": "characters 'C' are not in the vocabulary",
    "8": "needs 27 frames, the image gives 26",
}


def labels(*letters: int) -> Labels:
    return np.array(letters, np.int32)


def frames(word: Labels) -> Reals:
    """Return features (26, 6) that show each letter for one frame, with paper in between."""
    shown = np.zeros((FRAMES, 6))
    shown[:, 0] = 1
    for place, letter in enumerate(word[:FRAMES]):
        shown[place * FRAMES // len(word)] = np.eye(6)[letter]
    return shown


def accuracy(layer: Reals, words: list[Labels]) -> float:
    return float(np.mean([list(best_path(frames(word) @ layer)) == list(word) for word in words]))


def test_the_loss_of_the_reference_is_the_one_used_here_where_there_is_a_path() -> None:
    logits = np.random.default_rng(0).normal(size=(FRAMES, 6))
    loss, gradient = loss_and_gradient(logits, labels(1, 2, 2, 5))
    packed = np.array([[4, FRAMES, 1, 2, 2, 5]], np.float32)
    ours = float(keras.ops.convert_to_numpy(ctc_loss(packed, logits[None].astype(np.float32)))[0])
    assert loss == pytest.approx(ours, rel=1e-4)
    step = np.zeros_like(logits)
    step[3, 2] = 1e-5
    slope = (loss_and_gradient(logits + step, labels(1, 2, 2, 5))[0] - loss) / 1e-5
    assert gradient[3, 2] == pytest.approx(slope, abs=1e-3)


def test_the_collapse_of_the_reference() -> None:
    words = [labels(1, 2, 3), labels(4, 5), labels(2, 1, 5), labels(3, 4, 1, 2)]
    long = labels(*(1 + np.arange(30) % 5))
    loss, gradient = loss_and_gradient(frames(long) @ np.zeros((6, 6)), long)
    assert loss == np.inf
    assert np.isnan(gradient).all()

    with_it, losses = train([frames(word) for word in (*words, long)], [*words, long], 60, classes=6)
    assert set(losses) == {np.inf}
    assert not with_it.any(), "one text has set the gradients of all others to 0"
    without, losses = train([frames(word) for word in words], words, 60, classes=6)
    assert np.isfinite(losses).all()
    assert (accuracy(with_it, words), accuracy(without, words)) == (0, 1)


def word(index: int) -> InkImage:
    """Return image number `index`, (32, 104): 26 frames."""
    return np.random.default_rng(index).integers(0, 256, (32, 104), np.uint8)


@pytest.fixture(scope="module")
def model() -> WordModelCtc:
    keras.utils.set_random_seed(0)
    network = crnn_vgg((32, 104, 1), (None, 37), filters=[2] * 7, lstm_dim=2, num_lstm_layers=1)
    return WordModelCtc(network)


def split(lazy: bool) -> Split:
    """Return the words, four of them odd, in memory or made when they are asked for."""
    ids, count = [str(i) for i in range(len(TEXTS))], len(TEXTS)
    if lazy:
        return Split(ids, Generated(count, word), TEXTS, np.full(count, 104))
    return Split(ids, [word(i) for i in range(count)], TEXTS)


@pytest.mark.parametrize("lazy", [False, True])
def test_here_each_is_named_once_and_left_out(
    lazy: bool, model: WordModelCtc, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        samples = usable(split(lazy), model.reject, "train")
        mixture = Mixture([len(samples)], epochs=3, seed=0)
        batches = Batches(samples, model, mixture, batch_size=len(samples), seed=0, augment=True)
        losses = []
        for epoch in range(3):
            inputs, targets = batches.batch(epoch, 0)
            assert len(inputs) == len(TEXTS) - len(ODD)
            losses.append(
                keras.ops.convert_to_numpy(ctc_loss(targets, model.network(inputs, training=False)))
            )
    assert np.isfinite(losses).all()
    named = [record.getMessage() for record in caplog.records]
    assert len(named) == len(ODD)
    for sample_id, reason in ODD.items():
        assert sum(f" {sample_id}" in message and reason in message for message in named) == 1


def test_here_a_step_has_finite_gradients_and_lowers_the_loss(model: WordModelCtc) -> None:
    samples = usable(split(lazy=False), model.reject, "train")
    images = [samples.images[i] for i in range(len(samples))]
    inputs, targets = model.images_to_array(images), model.targets_to_array(images, samples.targets)
    model.network.compile(keras.optimizers.SGD(1e-3), loss=model.loss, run_eagerly=True)
    losses = [float(model.network.train_on_batch(inputs, targets)) for _ in range(3)]
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]
    assert all(np.isfinite(weight).all() for weight in model.network.get_weights())
