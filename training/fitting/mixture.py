"""The training samples of several data sets: one behind the other, and how many of each an epoch shows."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from text_recognizer.datasets.dataset import Split, image_widths
from text_recognizer.datasets.lazy_sequence import Chained
from text_recognizer.errors import DataError
from training.config import MixtureConfig

logger = logging.getLogger(__name__)

Indices = npt.NDArray[np.int64]
Reject = Callable[[npt.NDArray[np.uint8], Any], str | None]


@dataclass(frozen=True)
class Mixture:
    """Which samples of several data sets an epoch shows.

    Attributes:
        sizes: Samples of each data set, which stand one behind the other; the first is the main one.
        weights: Weight of each in the first and in the last epoch.
    """

    sizes: Sequence[int]
    weights: Sequence[tuple[float, float]]

    @property
    def epoch_size(self) -> int:
        """Samples of every epoch: so many that the first one shows the main data set once."""
        first = [start for start, _ in self.weights]
        return round(self.sizes[0] * sum(first) / first[0])

    def draw(self, progress: float, rng: np.random.Generator) -> Indices:
        """Return the samples of an epoch in random order.

        Every data set gets its share of the epoch: all of its samples equally often, and of the rest
        different ones at random.

        Args:
            progress: 0 in the first epoch, 1 in the last; weights in between are interpolated.
            rng: Source of randomness.
        """
        weights = np.array([start + (end - start) * progress for start, end in self.weights])
        ends = np.round(np.cumsum(weights) / weights.sum() * self.epoch_size).astype(int)
        counts = np.diff(ends, prepend=0)
        starts = accumulate(self.sizes, initial=0)
        drawn = []
        for start, size, count in zip(starts, self.sizes, counts, strict=False):
            whole, rest = divmod(int(count), size)
            drawn += [np.tile(np.arange(size), whole) + start, rng.permutation(size)[:rest] + start]
        return rng.permutation(np.concatenate(drawn)).astype(np.int64)


def mix(parts: Sequence[Split], configs: Sequence[MixtureConfig]) -> tuple[Split, Mixture | None]:
    """Put training splits one behind the other.

    Args:
        parts: The main split, then one for each of `configs`.
        configs: How much of the others to mix in.

    Returns:
        All samples, and how to draw from them; None if there is but one split.
    """
    if len(parts) == 1:
        return parts[0], None
    joined = Split(
        Chained([part.ids for part in parts]),
        Chained([part.images for part in parts]),
        Chained([part.targets for part in parts]),
        np.concatenate([image_widths(part) for part in parts]),
    )
    weights = [(1.0, 1.0), *(config.weight for config in configs)]
    return joined, Mixture([len(part) for part in parts], weights)


def usable(split: Split, reject: Reject, name: str) -> Split:
    """Return the samples that can be trained on; name the others.

    A split whose samples are drawn when they are asked for is returned as it is: `Batches` looks at each.

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
        raise DataError(f"Expected samples to use in split {name}; none of {len(split)} can be used.")
    if len(kept) == len(split):
        return split
    return Split(
        [split.ids[i] for i in kept], [split.images[i] for i in kept], [split.targets[i] for i in kept]
    )
