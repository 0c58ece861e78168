"""The samples of an experiment: its data set, and others mixed in for training."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from text_recognizer.datasets.dataset import Dataset, Split, image_widths
from text_recognizer.datasets.drawn_sequence import Chained
from text_recognizer.datasets.file_hashes import hash_key
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.datasets.registry import DATASETS
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.tooling.overrides import check_arguments
from training.config import ExperimentConfig, MixtureConfig

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


def load_datasets(config: ExperimentConfig) -> tuple[Dataset, list[Dataset], str]:
    """Load the data sets of an experiment.

    Returns:
        The main one, those mixed in, and the hash of all of them.

    Raises:
        ConfigError: If a name or an argument is unknown, or two data sets give other inputs.
        DataError: If raw data is missing or unusable.
    """
    main = load_dataset(config.dataset, config.dataset_args)
    others = [load_dataset(part.dataset, part.dataset_args) for part in config.mixture]
    for part, other in zip(config.mixture, others, strict=True):
        made = [
            (d.input_shape, d.output_shape, isinstance(d, LinesDataset) and d.normalize)
            for d in (main, other)
        ]
        if made[0] != made[1]:
            raise ConfigError(
                f"Expected {part.dataset} with input shape, output shape and normalize {made[0]} of "
                f"{config.dataset}; received {made[1]}. Give both the same dataset_args."
            )
    hashes = [dataset.data_hash for dataset in (main, *others)]
    return main, others, hashes[0] if not others else hash_key({"parts": hashes})


def load_dataset(name: str, arguments: Mapping[str, Any]) -> Dataset:
    """Build and load one registered data set.

    Raises:
        ConfigError: If the name or an argument is unknown.
        DataError: If its raw data is missing or unusable.
    """
    dataset: Dataset = build(DATASETS, name, arguments)
    dataset.load_or_generate_data()
    logger.info("%s", dataset.describe())
    return dataset


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


def build(registry: Mapping[str, Any], name: str, arguments: Mapping[str, Any], *args: Any) -> Any:
    """Call the registered class or function.

    Raises:
        ConfigError: If the name is unknown or it does not take an argument.
    """
    function = known(registry, name)
    check_arguments(name, function, arguments, skip=len(args))
    try:
        return function(*args, **arguments)
    except TypeError as error:
        raise ConfigError(
            f"Expected arguments that {name} takes; received {dict(arguments)}: {error}."
        ) from error


def known(registry: Mapping[str, Any], name: str) -> Any:
    """Return what `registry` has under `name`.

    Raises:
        ConfigError: If it has nothing there.
    """
    if name not in registry:
        raise ConfigError(f"Expected one of {sorted(registry)}; received {name!r}.")
    return registry[name]
