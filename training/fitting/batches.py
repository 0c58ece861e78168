"""Batches of training samples: shuffled, of similar widths, varied, some short lines joined; no Keras."""

import functools
import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Batch, Indices, InkImage
from text_recognizer.datasets.dataset import Split, image_widths
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.models.base import Model
from training.fitting.mixture import Mixture

logger = logging.getLogger(__name__)

_BUCKET_BATCHES = 32  # sorted by width together: little padding, and still a random order
_SHORT_SHARE = 0.6  # relative to the median width: narrower samples may get another short one behind them
_NEIGHBOUR_REACH = 4  # short samples before and behind: near enough to be of the same writer
_UNVARIED_SHARE = 0.2  # share of samples; variation resamples, so that the network also needs sharp originals


class TrainingError(TextRecognizerError):
    """A training step cannot be made; the message names the samples of its batch."""


class Batches:
    """The batches of every epoch.

    What a batch holds depends only on (seed, epoch, index): any number of threads and a resumed run give
    the same batches.

    ```python
    import numpy as np

    from text_recognizer.datasets.dataset import Split
    from text_recognizer.models.character_model import CharacterModel
    from text_recognizer.networks import NETWORKS
    from training.fitting.batches import Batches
    from training.fitting.mixture import Mixture

    model = CharacterModel(NETWORKS["mlp"]((28, 28, 1), (62,)))
    split = Split(["a", "b", "c"], np.zeros((3, 28, 28), np.uint8), [10, 11, 12])
    batches = Batches(split, model, Mixture([3]), batch_size=2, seed=0, augment=False)
    inputs, targets = batches.batch(epoch=0, index=0)
    print(len(batches), inputs.shape, batches.ids(0, 0))
    ```
    """

    def __init__(
        self, split: Split, model: Model, mixture: Mixture, *, batch_size: int, seed: int, augment: bool
    ) -> None:
        """Look at the widths of the samples.

        Args:
            split: Samples; the model must accept all of them that are in memory.
            model: Turns samples into arrays and varies them.
            mixture: Which samples an epoch shows.
            batch_size: Samples of a batch; the last batch of an epoch may be smaller.
            seed: Seed of order and variation.
            augment: Whether to vary the samples, but for a fifth of them.
        """
        self._split, self._model, self._mixture = split, model, mixture
        self._batch_size, self._seed, self._augment = batch_size, seed, augment
        self._widths = image_widths(split)
        self._short = np.flatnonzero(self._widths < _SHORT_SHARE * np.median(self._widths))
        self._named: set[str] = set()  # samples that were left out and have been named
        self._order = functools.lru_cache(maxsize=2)(self._ordered)  # threads ask while an epoch begins

    def __len__(self) -> int:
        """Return the number of batches of an epoch."""
        return -(-self._mixture.epoch_size // self._batch_size)

    def ids(self, epoch: int, index: int) -> list[str]:
        """Return the ids of a batch's samples; those of a joined sample are joined by `+`."""
        return ["+".join(self._split.ids[int(i)] for i in group) for group in self._order(epoch)[index]]

    def batch(self, epoch: int, index: int) -> tuple[Batch, npt.NDArray[np.generic]]:
        """Return batch 0 <= `index` < len(self) of an epoch, counted from 0.

        Returns:
            Inputs (N, H, W, 1) and targets as `Model.targets_to_array` gives them.

        Raises:
            TrainingError: If it cannot be made; the message names its samples.
        """
        try:
            return self._batch(epoch, index)
        except Exception as error:
            raise TrainingError(
                f"Batch {index} of epoch {epoch + 1} cannot be made: {error} "
                f"Its samples: {', '.join(self.ids(epoch, index))}."
            ) from error

    def _batch(self, epoch: int, index: int) -> tuple[Batch, npt.NDArray[np.generic]]:
        """Return inputs (N, H, W, 1) and targets (N, ...) as `batch` does."""
        rng = np.random.default_rng((self._seed, epoch, index))
        usable = []
        for group in self._order(epoch)[index]:
            sample = self._sample(group, rng)
            if (reason := self._model.reject(*sample)) is None:
                usable.append(sample)
            elif (sample_id := self._split.ids[int(group[0])]) not in self._named:
                self._named.add(sample_id)
                logger.warning("Left out %s: %s", sample_id, reason)
        if not usable:
            raise DataError("The model rejects all of its samples.")
        images, targets = [image for image, _ in usable], [target for _, target in usable]
        return (
            self._model.images_to_array(images, self._width(images)),
            self._model.targets_to_array(images, targets),
        )

    def _sample(self, group: Indices, rng: np.random.Generator) -> tuple[InkImage, Any]:
        """Return the sample of `group` (1,), or of (2,) two in one, mostly varied if asked for."""
        parts = [(self._split.images[i], self._split.targets[i]) for i in group]
        image, target = parts[0] if len(parts) == 1 else self._model.join(parts[0], parts[1], rng)
        if not self._augment:
            return image, target
        if rng.random() < _UNVARIED_SHARE:
            return self._model.unvaried(image, target, rng)
        return self._model.augment(image, target, rng)

    def _width(self, images: Sequence[InkImage]) -> int:
        """Round the widest image's columns up to a common step, unless all images have one size by nature."""
        width = max(int(image.shape[1]) for image in images)
        one_size = self._widths.min() == self._widths.max()
        step = self._model.width_step
        return width if one_size else -(-width // step) * step

    def _ordered(self, epoch: int) -> list[list[Indices]]:
        """Return the groups (1,) or (2,) of each batch of an epoch: of one width, batches in random order."""
        rng = np.random.default_rng((self._seed, epoch))
        groups = self._grouped(self._mixture.draw(epoch), rng)
        widths = np.array([self._widths[group].sum() for group in groups])
        chunk = _BUCKET_BATCHES * self._batch_size
        batches = []
        for start in range(0, len(groups), chunk):
            by_width = start + np.argsort(widths[start : start + chunk], kind="stable")
            part = [groups[i] for i in by_width]
            batches += [part[i : i + self._batch_size] for i in range(0, len(part), self._batch_size)]
        return [batches[i] for i in rng.permutation(len(batches))]

    def _grouped(self, order: Indices, rng: np.random.Generator) -> list[Indices]:
        """Return a group (1,) for each sample of `order` (N,); (2,) with a neighbour for some short ones.

        Neighbours are short samples near it in the split: of one data set and, where that is sorted by page,
        often of one writer. No sample is its own neighbour.
        """
        groups = list(order[:, None])
        reach = min(_NEIGHBOUR_REACH, len(self._short) - 1)  # further, one would come back to the sample
        if self._augment and reach > 0 and self._model.join_share:
            place = np.searchsorted(self._short, order).clip(max=len(self._short) - 1)
            chosen = (self._short[place] == order) & (rng.random(len(order)) < self._model.join_share)
            steps = rng.integers(1, reach + 1, len(order)) * rng.choice([-1, 1], len(order))
            neighbours = self._short[(place + steps) % len(self._short)]
            for i in np.flatnonzero(chosen):
                groups[i] = np.array([order[i], neighbours[i]])
        return groups
