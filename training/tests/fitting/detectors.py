"""A tiny detector and pages for it."""

import numpy as np

from text_recognizer.datasets.dataset import Split
from text_recognizer.models.base import Model
from training.fitting.batches import Batches
from training.fitting.mixture import Mixture
from training.tests.conftest import draw


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


def batches_over(split: Split, model: Model, batch_size: int, seed: int = 0) -> Batches:
    mixture = Mixture([len(split)], seed=seed, epochs=3)
    return Batches(split, model, mixture, batch_size=batch_size, seed=seed, augment=True)
