"""Batches for Keras: shuffled, bucketed by width, augmented in threads beside the training step."""

import keras
import numpy as np
import numpy.typing as npt

from text_recognizer.datasets.dataset import Split
from text_recognizer.models.base import Model
from training.data import Mixture

_BUCKET = 32  # batches that are sorted by width together
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
            augment: Whether to vary the samples.
            mixture: Which samples an epoch shows; None for each of them once.
            epoch: Epoch to begin with.
            epochs: Number of all epochs, over which the weights of the mixture change.
            workers: Threads that prepare batches.
        """
        super().__init__(workers=workers, use_multiprocessing=False, max_queue_size=8)
        self._split, self._model, self._batch_size = split, model, batch_size
        self._seed, self._augment = seed, augment
        self._mixture, self._epochs = mixture, epochs
        self._widths = np.array([image.shape[1] for image in split.images])
        self._set_epoch(epoch)

    def __len__(self) -> int:
        """Return the number of batches of an epoch."""
        samples = self._mixture.epoch_size if self._mixture else len(self._split)
        return -(-samples // self._batch_size)

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.generic]]:
        """Return batch `index` of the current epoch as (inputs, targets)."""
        rng = np.random.default_rng((self._seed, self._epoch, index))
        samples = [(self._split.images[i], self._split.targets[i]) for i in self._order[index]]
        if self._augment:
            samples = [self._model.augment(image, target, rng) for image, target in samples]
        images, targets = [image for image, _ in samples], [target for _, target in samples]
        packed = self._model.targets_to_array(images, targets)
        if self._model.ragged_targets:
            packed = np.pad(packed, ((0, 0), (0, _odd_first(packed.shape[1], index))))
        return self._model.images_to_array(images, self._width(images, index)), packed

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
        chunk = _BUCKET * self._batch_size
        batches = []
        for start in range(0, len(order), chunk):
            part = order[start : start + chunk]
            part = part[np.argsort(self._widths[part], kind="stable")]
            batches += [part[i : i + self._batch_size] for i in range(0, len(part), self._batch_size)]
        self._order = [batches[i] for i in rng.permutation(len(batches))]


def _odd_first(columns: int, index: int) -> int:
    """Return how many columns to add so that batch 0 has an odd number of them and all others an even one.

    Keras takes the shape of the first two batches for a promise about all: they must differ in width.
    """
    return (columns + (index == 0)) % 2
