"""The detector's job: arrays, metrics, and that it learns."""

import keras
import numpy as np
import pytest

from text_recognizer.arrays import InkImage
from text_recognizer.layout.kernels import BACKGROUND, UNKNOWN, kernel_map
from text_recognizer.models.line_detector_model import LineDetectorModel
from text_recognizer.networks.fcn import fcn


def page(height: int = 96, width: int = 96, lines: int = 3) -> tuple[InkImage, InkImage]:
    """Dotted lines of 12 rows and their labels."""
    labels = np.zeros((height, width), np.uint8)
    for index in range(lines):
        labels[8 + 18 * index : 20 + 18 * index, 10 : width - 10] = 1 + index % 2
    ink = np.where((labels > 0) & (np.arange(width) % 4 < 2), 255, 0).astype(np.uint8)
    return ink, labels


def small_model(seed: int = 0) -> LineDetectorModel:
    keras.utils.set_random_seed(seed)
    return LineDetectorModel(fcn((None, None, 1), (None, None, 3), num_filters=12, dilations=(1, 2, 4)))


def test_images_and_targets_are_padded_alike() -> None:
    model = small_model()
    (first, first_labels), (second, second_labels) = page(64, 96), page(40, 50, lines=1)

    images = model.images_to_array([first, second], width=192)
    targets = model.targets_to_array([first, second], [first_labels, second_labels])

    assert images.shape == (2, 96, 96, 1)
    assert targets.shape == (2, 96, 96)
    assert images.max() == 1
    assert not images[1, 40:].any()
    assert not targets[1, :, 50:].any()
    np.testing.assert_array_equal(targets[0, :64], kernel_map(first_labels))


def test_a_perfect_network_scores_one_and_a_blind_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model()
    image, labels = page()
    logits = np.eye(3, dtype=np.float32)[kernel_map(labels)][None]
    monkeypatch.setattr(model.network, "predict_on_batch", lambda batch: logits)
    perfect = model.evaluate([image], [labels])
    monkeypatch.setattr(model.network, "predict_on_batch", lambda batch: np.zeros_like(logits))
    blind = model.evaluate([image], [labels])

    assert set(perfect.values()) == {1.0}
    assert blind["f1_50"] == blind["f1_75"] == 0
    assert blind["pixel_accuracy"] == pytest.approx(np.mean(labels == 0))
    assert blind["score"] < perfect["score"]
    assert model.monitor in perfect


def test_what_is_unknown_counts_neither_in_the_loss_nor_in_the_metrics(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = small_model()
    image, labels = page(lines=2)
    unknown = labels.copy()
    unknown[44:] = UNKNOWN
    seen = kernel_map(page(lines=3)[1])  # a line more, in the unknown part
    logits = 20 * np.eye(3, dtype=np.float32)[seen][None]
    monkeypatch.setattr(model.network, "predict_on_batch", lambda batch: logits)

    assert set(model.evaluate([image], [unknown]).values()) == {1.0}
    assert model.evaluate([image], [labels])["f1_50"] == pytest.approx(0.8)
    kernels = model.targets_to_array([image], [unknown])
    assert float(model.loss(kernels, logits)) == pytest.approx(0, abs=1e-4)
    assert float(model.loss(np.where(kernels == UNKNOWN, BACKGROUND, kernels), logits)) > 0.1


def test_it_learns_one_page_by_heart() -> None:
    model = small_model()
    image, labels = page()
    batch = model.images_to_array([image])
    targets = model.targets_to_array([image], [labels])
    model.network.compile(keras.optimizers.Adam(0.01), model.loss, jit_compile=False)

    before = model.network.test_on_batch(batch, targets)
    for _ in range(40):
        model.network.train_on_batch(batch, targets)

    assert model.network.test_on_batch(batch, targets) < 0.3 * before
    scores = model.evaluate([image], [labels])
    assert scores["f1_50"] == 1
    assert scores["mean_iou"] > 0.7


def test_views_have_one_size_and_repeat_with_the_seed() -> None:
    model = small_model()
    image, labels = page()

    first, again = (model.augment(image, labels, np.random.default_rng(4)) for _ in range(2))

    assert first[0].shape == first[1].shape
    assert first[0].shape[0] % model.downsampling == 0
    np.testing.assert_array_equal(first[0], again[0])
