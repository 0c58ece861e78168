"""The training samples of several data sets: one behind the other, and which of them an epoch shows."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from text_recognizer.arrays import Indices, InkImage
from text_recognizer.datasets.dataset import Split, image_widths
from text_recognizer.datasets.lazy_sequence import Chained
from text_recognizer.errors import DataError
from training.config import MixtureConfig, TrainConfig

logger = logging.getLogger(__name__)

Reject = Callable[[InkImage, Any], str | None]

_DRAWN = 1  # keeps these random numbers apart from those of (seed, epoch, index), which vary the samples


@dataclass(frozen=True)
class Mixture:
    """Which samples of several data sets each epoch shows.

    Each data set is shown in a random order of its own, which is drawn anew when all of its samples have been
    shown: no sample comes twice before all others have come. An epoch takes as many from each order as its
    weights say and continues where the epoch before ended.

    ```python
    from training.fitting.mixture import Mixture

    mixture = Mixture([4, 100], [(1, 1), (2, 0)], epochs=3)
    for epoch in range(3):
        print(mixture.counts(epoch), mixture.draw(epoch))
    ```

    Attributes:
        sizes: Samples of each data set, which stand one behind the other; the first is the main one.
        weights: Weight of each in the first and in the last epoch, linear in between; empty for all alike.
        epochs: Number of epochs.
        epoch_samples: Samples of an epoch; None for as many as show the main data set once in the first.
        seed: Seed of the orders.
    """

    sizes: Sequence[int]
    weights: Sequence[tuple[float, float]] = ()
    epochs: int = 1
    epoch_samples: int | None = None
    seed: int = 0

    @property
    def epoch_size(self) -> int:
        """Samples of every epoch."""
        if self.epoch_samples is not None:
            return self.epoch_samples
        first = [start for start, _ in self._weights]
        return round(self.sizes[0] * sum(first) / first[0])

    @property
    def _weights(self) -> Sequence[tuple[float, float]]:
        return self.weights or [(1.0, 1.0)] * len(self.sizes)

    def counts(self, epoch: int) -> Indices:
        """Return how many samples of each data set (D,) an epoch shows."""
        progress = min(1.0, epoch / max(1, self.epochs - 1))
        weights = np.array([start + (end - start) * progress for start, end in self._weights])
        ends: Indices = np.round(np.cumsum(weights) / weights.sum() * self.epoch_size).astype(np.int64)
        counts: Indices = np.diff(ends, prepend=0)
        return counts

    def draw(self, epoch: int) -> Indices:
        """Return the samples (N,) of an epoch, counted from 0, in random order."""
        before = sum((self.counts(e) for e in range(epoch)), np.zeros(len(self.sizes), np.int64))
        ends = before + self.counts(epoch)
        offsets = accumulate(self.sizes, initial=0)
        shown = [
            offset + self._shown(part, int(start), int(end))
            for part, (offset, start, end) in enumerate(zip(offsets, before, ends, strict=False))
        ]
        return np.random.default_rng((self.seed, epoch)).permutation(np.concatenate(shown))

    def _shown(self, part: int, start: int, end: int) -> Indices:
        """Return samples number start..end - 1 of the endless order of a data set, (end - start,)."""
        size = self.sizes[part]
        rounds = [
            np.random.default_rng((self.seed, part, number, _DRAWN)).permutation(size)
            for number in range(start // size, -(-end // size))
        ]
        first = start // size * size
        return np.concatenate([np.zeros(0, np.int64), *rounds])[start - first : end - first]


def mix(
    parts: Sequence[Split], configs: Sequence[MixtureConfig], train: TrainConfig
) -> tuple[Split, Mixture]:
    """Put training splits one behind the other.

    Args:
        parts: The main split, then one for each of `configs`.
        configs: How much of the others to mix in.
        train: How long the epochs are, and the seed of their orders.

    Returns:
        All samples, and which of them each epoch shows.
    """
    weights = [(1.0, 1.0), *(config.weight for config in configs)]
    mixture = Mixture([len(part) for part in parts], weights, train.epochs, train.epoch_samples, train.seed)
    if len(parts) == 1:
        return parts[0], mixture
    joined = Split(
        Chained([part.ids for part in parts]),
        Chained([part.images for part in parts]),
        Chained([part.targets for part in parts]),
        np.concatenate([image_widths(part) for part in parts]),
    )
    return joined, mixture


def in_memory(split: Split) -> Split:
    """Return the samples in memory, where generated ones are made once for many looks at them."""
    return split if split.widths is None else Split([*split.ids], [*split.images], [*split.targets])


def usable(split: Split, reject: Reject, name: str) -> Split:
    """Return the samples that can be trained on; name the others.

    A split whose samples are generated when they are asked for is returned as it is: `Batches` looks at each.

    Args:
        split: Samples.
        reject: Says why a sample cannot be used, None if it can.
        name: Of the split, for the log.

    Raises:
        DataError: If none is left.
    """
    if split.widths is not None:
        return split
    kept = []
    for i, (sample_id, image, target) in enumerate(zip(split.ids, split.images, split.targets, strict=True)):
        if (reason := reject(image, target)) is None:
            kept.append(i)
        else:
            logger.warning("Skipped %s of %s: %s", sample_id, name, reason)
    if not kept:
        raise DataError(f"None of the {len(split)} samples of split {name} can be used; the log says why.")
    if len(kept) == len(split):
        return split
    return Split(
        [split.ids[i] for i in kept], [split.images[i] for i in kept], [split.targets[i] for i in kept]
    )
