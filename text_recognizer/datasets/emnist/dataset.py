"""EMNIST ByClass: 62 classes of handwritten characters (Cohen et al. 2017, arXiv:1702.05373)."""

from pathlib import Path

import numpy as np

from text_recognizer.arrays import Bytes, Indices, InkImage
from text_recognizer.datasets.dataset import (
    SPLIT_NAMES,
    Dataset,
    Split,
    check_flags,
    check_fraction,
    check_numbers,
)
from text_recognizer.datasets.emnist.files import Part, read_parts, source_files
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_files, hash_samples
from text_recognizer.datasets.files.progress import progress
from text_recognizer.preprocessing.characters import character_input
from text_recognizer.vocabulary import EMNIST_CHARACTERS

VALIDATION_FRACTION = (
    0.1  # of the training part: 69,793 official images, a standard error of 0.13 points at 86 %
)

_CODE = ("datasets.emnist.dataset", "datasets.emnist.files", "datasets.files.matlab")


class EmnistDataset(Dataset):
    """Characters, 28 x 28, upright; targets are classes 0-61.

    `test` is the test file as it is; `train` and `validation` are drawn from the training file, class by
    class. An id such as `train-000042` names the file (train or test) and the place in it.

    ```python
    from text_recognizer.datasets import EmnistDataset

    emnist = EmnistDataset(subsample_fraction=0.1)  # nothing is read before load_or_generate_data()
    print(emnist.input_shape, emnist.output_shape, emnist.mapping[10])
    ```

    Attributes:
        mapping: Character by class.
    """

    characters = EMNIST_CHARACTERS
    mapping = dict(enumerate(EMNIST_CHARACTERS))

    def __init__(self, subsample_fraction: float | None = None, seed: int = 0, as_input: bool = True) -> None:
        """Set the parameters.

        Args:
            subsample_fraction: Part of each class to keep in every split, 0 < f <= 1, drawn at random; each
                class keeps at least one image. None keeps all.
            seed: Decides which images are validation and which are kept.
            as_input: Whether the images are prepared by `character_input`, as the predictor does; False for
                the pixels of the files, of which lines are set.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        check_fraction(subsample_fraction)
        check_numbers(0, seed=seed)
        check_flags(as_input=as_input)
        self.subsample_fraction = subsample_fraction
        self.seed = seed
        self.as_input = as_input

    @property
    def input_shape(self) -> tuple[int | None, int | None, int]:
        """(28, 28, 1)."""
        return 28, 28, 1

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(62,)."""
        return (len(self.mapping),)

    def load_or_generate_data(self) -> None:
        """Read the official files, or the cache.

        Raises:
            DataError: If the files are missing or damaged.
        """
        files = source_files()
        self.data_hash = self._hash(files)
        self.splits = cached("emnist", self.data_hash, lambda: self._build(read_parts(files))).splits

    def fingerprint(self) -> str:
        """Return the `data_hash` that loading gives, without loading.

        Raises:
            DataError: If the files are missing or not the official ones.
        """
        return self._hash(source_files())

    def _hash(self, files: list[Path]) -> str:
        inputs = {
            "files": hash_files(files), "as_input": self.as_input, "seed": self.seed,
            "subsample_fraction": self.subsample_fraction, "validation_fraction": VALIDATION_FRACTION,
        }  # fmt: skip
        return hash_samples(inputs, *_CODE)

    def _build(self, parts: dict[str, Part]) -> Built:
        rng = np.random.default_rng(self.seed)
        labels = {part: part_labels for part, (_, part_labels) in parts.items()}
        held_out = draw_per_class(labels["train"], VALIDATION_FRACTION, rng)
        indices = {
            "train": np.setdiff1d(np.arange(len(labels["train"])), held_out),
            "validation": held_out,
            "test": np.arange(len(labels["test"])),
        }
        splits = {}
        for split in SPLIT_NAMES:
            part = "test" if split == "test" else "train"
            chosen = indices[split]
            if self.subsample_fraction is not None:
                chosen = chosen[draw_per_class(labels[part][chosen], self.subsample_fraction, rng)]
            ids = [f"{part}-{index:06d}" for index in chosen]
            images = parts[part][0][chosen]
            if self.as_input and len(images):
                images = np.stack([_as_input(image) for image in progress(images, f"EMNIST {split}")])
            splits[split] = Split(ids, images, labels[part][chosen].astype(np.int64))
        return Built(splits, {})

    def describe(self) -> str:
        """Return counts, shapes and the number of images of each class as text."""
        rows = [f"EMNIST ByClass, input {self.input_shape}, output {self.output_shape}"]
        for name, split in self.splits.items():
            counts = np.bincount(split.targets, minlength=len(self.mapping))
            per_class = " ".join(f"{self.mapping[i]}:{count}" for i, count in enumerate(counts))
            rows.append(
                f"{name}: {len(split)} images, {np.count_nonzero(counts)} classes, "
                f"{counts.min()}-{counts.max()} images each\n  {per_class}"
            )
        return "\n".join(rows)

    def caption(self, split: Split, index: int) -> str:
        """Return the character of a sample."""
        return self.mapping[int(split.targets[index])]


def _as_input(glyph: InkImage) -> InkImage:
    """Return a glyph (28, 28) as the character predictor would prepare it."""
    return np.round(character_input(255 - glyph) * 255).astype(np.uint8)


def draw_per_class(labels: Bytes, fraction: float, rng: np.random.Generator) -> Indices:
    """Draw `fraction` of every class at random, at least one sample of each.

    Args:
        labels: (N,) class of each sample.
        fraction: 0 to 1.
        rng: Source of randomness.

    Returns:
        (K,) sorted indices into `labels`.
    """
    drawn = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        drawn.append(rng.choice(members, max(1, round(fraction * len(members))), replace=False))
    return np.sort(np.concatenate([*drawn, np.empty(0, np.int64)])).astype(np.int64)
