"""Batches for Keras: shuffled, bucketed by width, augmented in threads beside the training step."""

import logging
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from text_recognizer.datasets.dataset import Split, image_widths
from text_recognizer.errors import DataError
from text_recognizer.models.base import Gray, Model
from training.fitting.mixture import Mixture

logger = logging.getLogger(__name__)

Indices = npt.NDArray[np.int64]

_BUCKET = 32  # batches that are sorted by width together
_SHORT = 0.6  # of the median width: samples that may get another such one behind them
_NEAR = 4  # how far from it, counted in short samples
_PLAIN = 0.2  # of the samples are shown as they will be read: variations are smoother, resampled as they are
_WIDTH_STEP = 64  # widths of batches are multiples of this, so that few shapes occur


class Batches(keras.utils.PyDataset):
    """The batches of one epoch after another.

    What a batch holds depends on (seed, epoch, index) alone: any number of threads and a resumed run give
    the same batches.
    """

    def __init__(
        self,
        split: Split,
        model: Model,
        batch_size: int,
        *,
        seed: int,
        augment: bool,
        mixture: Mixture | None = None,
        epoch: int = 0,
        epochs: int = 1,
        workers: int = 2,
    ) -> None:
        """Prepare the order of the first epoch.

        Args:
            split: Samples; the model must accept all of them.
            model: Turns samples into arrays and varies them.
            batch_size: Samples of a batch; the last batch of an epoch may be smaller.
            seed: Seed of order and variation.
            augment: Whether to vary the samples, but for a fifth of them.
            mixture: Which samples an epoch shows; None for each of them once.
            epoch: Epoch to begin with.
            epochs: Number of all epochs, over which the weights of the mixture change.
            workers: Threads that prepare batches.
        """
        super().__init__(workers=workers, use_multiprocessing=False, max_queue_size=8)
        self._split, self._model, self._batch_size = split, model, batch_size
        self._seed, self._augment = seed, augment
        self._mixture, self._epochs = mixture, epochs
        self._widths = image_widths(split)
        self._short = np.flatnonzero(self._widths < _SHORT * np.median(self._widths))
        self._set_epoch(epoch)

    def __len__(self) -> int:
        """Return the number of batches of an epoch."""
        samples = self._mixture.epoch_size if self._mixture else len(self._split)
        return -(-samples // self._batch_size)

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.generic]]:
        """Return batch `index` of the current epoch as (inputs, targets)."""
        rng = np.random.default_rng((self._seed, self._epoch, index))
        usable = []
        for group in self._order[index]:
            sample = self._sample(group, rng)
            if (reason := self._model.reject(*sample)) is None:
                usable.append(sample)
            else:
                logger.warning("Left out %s: %s", self._split.ids[int(group[0])], reason)
        if not usable:
            raise DataError(f"Expected samples to train on; the model rejects all of batch {index}.")
        images, targets = [image for image, _ in usable], [target for _, target in usable]
        packed = self._model.targets_to_array(images, targets)
        if self._model.ragged_targets:
            packed = np.pad(packed, ((0, 0), (0, _odd_first(packed.shape[1], index))))
        return self._model.images_to_array(images, self._width(images, index)), packed

    def _sample(self, group: Indices, rng: np.random.Generator) -> tuple[Gray, Any]:
        """Return a sample, or two in one, mostly varied if asked for."""
        parts = [(self._split.images[i], self._split.targets[i]) for i in group]
        image, target = parts[0] if len(parts) == 1 else self._model.join(parts[0], parts[1], rng)
        varied = self._augment and rng.random() >= _PLAIN
        return self._model.augment(image, target, rng) if varied else (image, target)

    def _width(self, images: list[npt.NDArray[np.uint8]], index: int) -> int:
        """Round up to a common step, unless the images have one size by nature."""
        width = max(int(image.shape[1]) for image in images)
        if self._widths.min() == self._widths.max():
            return width
        # As in `_odd_first`.
        return -(-width // _WIDTH_STEP) * _WIDTH_STEP + (_WIDTH_STEP // 2 if index == 0 else 0)

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's order."""
        self._set_epoch(self._epoch + 1)

    def _set_epoch(self, epoch: int) -> None:
        self._epoch = epoch
        rng = np.random.default_rng((self._seed, epoch))
        if self._mixture:
            # Keras asks for one more epoch when the last one has ended.
            order = self._mixture.draw(min(1.0, epoch / max(1, self._epochs - 1)), rng)
        else:
            order = rng.permutation(len(self._split))
        groups = self._grouped(order, rng)
        widths = np.array([self._widths[group].sum() for group in groups])
        chunk = _BUCKET * self._batch_size
        batches = []
        for start in range(0, len(groups), chunk):
            by_width = start + np.argsort(widths[start : start + chunk], kind="stable")
            part = [groups[i] for i in by_width]
            batches += [part[i : i + self._batch_size] for i in range(0, len(part), self._batch_size)]
        self._order = [batches[i] for i in rng.permutation(len(batches))]

    def _grouped(self, order: Indices, rng: np.random.Generator) -> list[Indices]:
        """Return each sample alone or, of the short ones, some with one that stands near it in the split.

        Neighbours are of one data set and, where it is sorted by page, often of one hand.
        """
        groups = list(order[:, None])
        if self._augment and len(self._short) and self._model.join_share:
            place = np.searchsorted(self._short, order).clip(max=len(self._short) - 1)
            chosen = (self._short[place] == order) & (rng.random(len(order)) < self._model.join_share)
            moved = (place + rng.integers(-_NEAR, _NEAR + 1, len(order))) % len(self._short)
            for i in np.flatnonzero(chosen):
                groups[i] = np.array([order[i], self._short[moved[i]]])
        return groups


def _odd_first(columns: int, index: int) -> int:
    """Return how many columns to add so that batch 0 has an odd number of them and all others an even one.

    Keras takes the shape of the first two batches for a promise about all: they must differ in width.
    """
    return (columns + (index == 0)) % 2
