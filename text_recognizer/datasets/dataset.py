"""What every data set is: three splits of images and targets."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from text_recognizer.errors import ConfigError

Item = TypeVar("Item")

SPLIT_NAMES = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """Samples of one split; the three sequences have equal length.

    Attributes:
        ids: A name for each sample, unique within the split.
        images: uint8 arrays (H, W), 255 = full ink; an array (N, H, W) if all have one size.
        targets: An int class, a str, or a uint8 label map (H, W) per sample.
        widths: Of a split whose samples are drawn when they are asked for: the columns of each image, about,
            so that nobody draws them all to learn that. None where the samples are in memory.
    """

    ids: Sequence[str]
    images: Sequence[npt.NDArray[np.uint8]]
    targets: Sequence[Any]
    widths: npt.NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Refuse sequences of unequal length."""
        if not len(self.ids) == len(self.images) == len(self.targets):
            raise ValueError(
                f"Expected as many images and targets as ids; received {len(self.ids)} ids, "
                f"{len(self.images)} images, {len(self.targets)} targets."
            )

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.ids)


def image_widths(split: Split) -> npt.NDArray[np.int64]:
    """Return the columns of each image (N,), those of drawn images at least roughly."""
    if split.widths is not None:
        return split.widths
    return np.array([image.shape[1] for image in split.images], np.int64)


class Dataset(ABC):
    """Base class: constructor arguments are the parameters, nothing is read before loading.

    Attributes:
        splits: Split by name (`train`, `validation`, `test`), filled by `load_or_generate_data`.
        data_hash: SHA-256 (hex) over the inputs and parameters that made the samples.
    """

    splits: dict[str, Split]
    data_hash: str

    @property
    @abstractmethod
    def input_shape(self) -> tuple[int | None, int | None, int]:
        """Shape of one network input (H, W, 1); None = any."""

    @property
    @abstractmethod
    def output_shape(self) -> tuple[int | None, ...]:
        """Shape of one network output: (classes,), (None, labels) or (None, None, classes)."""

    @abstractmethod
    def load_or_generate_data(self) -> None:
        """Fill `splits` and `data_hash`, from the cache when it fits.

        Raises:
            DataError: If the raw data is missing or unusable.
        """

    @property
    def train(self) -> Split:
        """Samples to train on."""
        return self.splits["train"]

    @property
    def validation(self) -> Split:
        """Samples to choose models by."""
        return self.splits["validation"]

    @property
    def test(self) -> Split:
        """Samples to report on, never to choose by."""
        return self.splits["test"]

    @abstractmethod
    def describe(self) -> str:
        """Return counts, shapes and label statistics as text."""

    def caption(self, split: Split, index: int) -> str:
        """Return what is written below the picture of a sample: its target if that is text, else its id."""
        target = split.targets[index]
        return target if isinstance(target, str) else split.ids[index]


def subsample(items: Sequence[Item], fraction: float | None, seed: int = 0) -> list[Item]:
    """Return a part of `items` in their order, drawn at random, at least one of them if there is one.

    Args:
        items: What to draw from.
        fraction: Part to keep, 0 < fraction <= 1; None keeps all.
        seed: Decides which ones.

    Raises:
        ConfigError: If the fraction is out of range.
    """
    if fraction is None:
        return list(items)
    if not 0 < fraction <= 1:
        raise ConfigError(f"Expected 0 < subsample_fraction <= 1; received {fraction!r}.")
    count = min(len(items), max(1, round(fraction * len(items))))
    chosen = np.random.default_rng(seed).permutation(len(items))[:count]
    return [items[int(index)] for index in np.sort(chosen)]
