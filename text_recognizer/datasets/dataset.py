"""What every data set is: three splits of images and targets."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from text_recognizer.arrays import Indices, InkImage
from text_recognizer.errors import ConfigError

Item = TypeVar("Item")

SPLIT_NAMES = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """Samples of one split; the three sequences have equal length.

    ```python
    import numpy as np

    from text_recognizer.datasets.dataset import Split

    split = Split(["line-0"], [np.zeros((64, 300), np.uint8)], ["its text"])
    print(len(split), split.images[0].shape, split.targets[0])
    ```

    Attributes:
        ids: A name for each sample, unique within the split.
        images: One image (H, W) per sample; an array (N, H, W) if all have one size.
        targets: An int class, a str, or a label map (H, W) per sample.
        widths: (N,) columns of each image, at least roughly, if the samples are generated when they are asked
            for: so that widths are known without generating them all. None if the samples are in memory.
    """

    ids: Sequence[str]
    images: Sequence[InkImage]
    targets: Sequence[Any]
    widths: Indices | None = None

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


def image_widths(split: Split) -> Indices:
    """Return the columns of each image, (N,); those of generated images are rough."""
    if split.widths is not None:
        return split.widths
    return np.array([image.shape[1] for image in split.images], np.int64)


class Dataset(ABC):
    """Base class: constructor arguments are the parameters, nothing is read before loading.

    ```python
    import numpy as np

    from text_recognizer.datasets.dataset import Dataset, Split

    class Strokes(Dataset):
        input_shape, output_shape = (28, 28, 1), (2,)

        def load_or_generate_data(self):
            images = np.zeros((2, 28, 28), np.uint8)
            images[0, :, 14] = images[1, 14] = 255
            self.splits = {"train": Split(["vertical", "level"], images, [0, 1])}
            self.data_hash = "strokes"

        def describe(self):
            return f"{len(self.train)} strokes"

    strokes = Strokes()
    strokes.load_or_generate_data()
    print(strokes.describe())
    ```

    Attributes:
        splits: Split by name (`train`, `validation`, `test`), filled by `load_or_generate_data`.
        data_hash: SHA-256 (hex) over the inputs and parameters that made the samples.
        characters: Those of the targets, in the order of their labels and without the blank; empty where
            targets are no characters.
    """

    characters: str = ""
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
    """Return a random part of `items` in their order: at least one of them if there is one.

    Args:
        items: What to choose from.
        fraction: Part to keep, 0 < fraction <= 1; None keeps all.
        seed: Decides which ones are kept.

    Raises:
        ConfigError: If the fraction is out of range.
    """
    check_fraction(fraction)
    if fraction is None:
        return list(items)
    count = min(len(items), max(1, round(fraction * len(items))))
    chosen = np.random.default_rng(seed).permutation(len(items))[:count]
    return [items[int(index)] for index in np.sort(chosen)]


def check_fraction(fraction: object) -> None:
    """Refuse a `subsample_fraction` that is neither None nor a number above 0 and up to 1.

    Raises:
        ConfigError: If it is anything else.
    """
    if fraction is None:
        return
    if isinstance(fraction, bool) or not isinstance(fraction, int | float) or not 0 < fraction <= 1:
        raise ConfigError(f"Expected 0 < subsample_fraction <= 1; received {fraction!r}.")


def check_numbers(least: int, **parameters: object) -> None:
    """Refuse parameters that are not whole numbers, or below `least`: JSON can hold anything.

    Raises:
        ConfigError: It names the first of them.
    """
    for name, value in parameters.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ConfigError(f"Expected a whole number {name} >= {least}; received {value!r}.")


def check_flags(**parameters: object) -> None:
    """Refuse parameters that are neither true nor false.

    Raises:
        ConfigError: It names the first of them.
    """
    for name, value in parameters.items():
        if not isinstance(value, bool):
            raise ConfigError(f"Expected true or false for {name}; received {value!r}.")


def check_share(parameter: str, value: object) -> None:
    """Refuse a share of samples that is no number from 0 on and below 1.

    Raises:
        ConfigError: If it is anything else.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value < 1:  # type: ignore[operator]
        raise ConfigError(f"Expected 0 <= {parameter} < 1; received {value!r}.")
