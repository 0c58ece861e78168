"""Real words with their texts, out of any folders of labelled images."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from text_recognizer.arrays import InkImage
from text_recognizer.datasets.dataset import SPLIT_NAMES, check_fraction, check_share, subsample
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_each
from text_recognizer.datasets.labelled.building import (
    build_labelled,
    checked_folders,
    left_out_of,
)
from text_recognizer.datasets.labelled.images import LabelledFolder, LabelledImage, unique_among_folders
from text_recognizer.datasets.words.folders import Part, read_word_folder
from text_recognizer.datasets.words.subsets import field_subsets
from text_recognizer.datasets.words_dataset import WordsDataset, describe_words
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.preprocessing.words import WORD_HEIGHT
from text_recognizer.tooling.data_root import raw_dir

TRAIN_FOLDERS = ("scene_text/iiit5k_train", "scene_text/ic15_train")
VALIDATION_FRACTION = 0.1  # some 650 words of these folders: an interval of 4 points

_CODE = ("datasets.words.labelled_dataset", "datasets.labelled")
_DIGEST_HEX_DIGITS = 8  # 32 bits divide photos finely enough


class LabelledWordsDataset(WordsDataset):
    """Images of words in folders with labels.tsv, official files of IIIT5K and ICDAR, or LMDB data bases.

    Validation is a part of the training folders, chosen by a hash of each image's name: it stays the same
    when folders are added. Words that were cut from one photo stay together where the photo is known. Images
    that are missing or unreadable, and words without a character of the vocabulary, are named and skipped.

    ```python
    from text_recognizer.datasets import LabelledWordsDataset

    words = LabelledWordsDataset(train_folders=["my_words"], height=32, width=100)
    print(words.input_shape, words.output_shape)  # nothing is read before load_or_generate_data()
    ```

    Attributes:
        folders: The words of each folder, filled by `load_or_generate_data`.
        skipped: Why a word was left out, by its id.
    """

    def __init__(
        self,
        height: int = WORD_HEIGHT,
        width: int | None = None,
        vocabulary: str = "alphanumeric",
        train_folders: Sequence[str] = TRAIN_FOLDERS,
        test_folders: Sequence[str] = (),
        validation_fraction: float = VALIDATION_FRACTION,
        subsample_fraction: float | None = None,
    ) -> None:
        """Set the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image; None if each word's aspect ratio decides.
            vocabulary: Name of the vocabulary.
            train_folders: Folders of the mirror, or of `<data root>/raw`, for train and validation.
            test_folders: Folders whose words are test.
            validation_fraction: Part of the words of `train_folders` that is validation, 0 <= f < 1.
            subsample_fraction: Part of each folder to keep, 0 < f <= 1, drawn at random; None keeps all.

        Raises:
            ConfigError: If a value is of another type or out of range, or a folder is both train and test.
        """
        super().__init__(height, width, vocabulary)
        check_fraction(subsample_fraction)
        self.train_folders = checked_folders("train_folders", train_folders)
        self.test_folders = checked_folders("test_folders", test_folders)
        if both := set(self.train_folders) & set(self.test_folders):
            raise ConfigError(f"{sorted(both)} are train and test folders; remove them from one of both.")
        check_share("validation_fraction", validation_fraction)
        self.validation_fraction, self.subsample_fraction = validation_fraction, subsample_fraction
        self.folders: dict[str, LabelledFolder] = {}
        self.skipped: dict[str, str] = {}

    def load_or_generate_data(self) -> None:
        """Fill `splits`, from the cache if nothing has changed.

        Raises:
            DataError: If a folder is missing, has no labels of a known form, or no word can be used.
        """
        train, test = (self._read(self.train_folders, "train"), self._read(self.test_folders, "test"))
        self.folders = train | test
        self.skipped = left_out_of(self.folders)
        words = {"train": self._words(train), "test": self._words(test)}
        inputs = {
            "train": self.train_folders, "test": self.test_folders,
            "validation_fraction": self.validation_fraction, "subsample_fraction": self.subsample_fraction,
            "files": {name: hash_each(folder.files) for name, folder in self.folders.items()},
            "words": {name: [(word.id, word.text) for word in part] for name, part in words.items()},
        }  # fmt: skip
        self.data_hash = self.hash_words(inputs, *_CODE)
        self.splits, left_out = cached("labelled_words", self.data_hash, lambda: self._build(words))
        self.skipped |= left_out
        if not any(map(len, self.splits.values())):
            raise DataError(
                f"No word of {[*self.folders]} can be used: {len(self.skipped)} are skipped, for example "
                f"{next(iter(self.skipped.items()), '')}."
            )

    def _read(self, names: Iterable[str], part: Part) -> dict[str, LabelledFolder]:
        return {name: read_word_folder(raw_dir(name), part) for name in names}

    def _words(self, folders: Mapping[str, LabelledFolder]) -> list[LabelledImage]:
        return [
            word
            for name, folder in folders.items()
            for word in unique_among_folders(name, subsample(folder.images, self.subsample_fraction))
        ]

    def _build(self, words: Mapping[str, Sequence[LabelledImage]]) -> Built:
        parts: dict[str, list[LabelledImage]] = {name: [] for name in SPLIT_NAMES}
        for part, word in [(part, word) for part, of_part in words.items() for word in of_part]:
            held = part == "train" and is_held_back(word.group or word.id, self.validation_fraction)
            parts["validation" if held else part].append(word)
        return build_labelled(parts, lambda word, _: self._sample(word), "words")

    def _sample(self, word: LabelledImage) -> tuple[InkImage, str]:
        """Return the input (height, width or any) and the target of a word.

        Raises:
            TextRecognizerError: If there is no such image or no such target.
        """
        text = self.normalize_text(word.text)
        if not text:
            raise DataError(f"{word.text!r} has no character of the vocabulary {self.vocabulary}.")
        return self.image_to_word(word.load()), text

    def describe(self) -> str:
        """Return counts, widths and label statistics as text, and the sizes of the field's subsets."""
        rows = [
            f"LabelledWordsDataset, input {self.input_shape}, output {self.output_shape}; "
            f"{len(self.skipped)} words skipped"
        ]
        for name, folder in self.folders.items():
            subsets = field_subsets(raw_dir(name), folder.images)
            sizes = ", ".join(f"{subset} {len(words):,}" for subset, words in subsets.items())
            rows.append(f"{name} ({folder.form}): {sizes}")
        return "\n".join([*rows, *describe_words(self.splits)])


def is_held_back(photo: str, fraction: float = VALIDATION_FRACTION) -> bool:
    """Tell whether the words of a photo of a training folder are validation.

    Args:
        photo: As `words_of` names it.
        fraction: Part of all photos that is.
    """
    digest = hashlib.sha256(photo.encode()).hexdigest()[:_DIGEST_HEX_DIGITS]
    return int(digest, 16) < fraction * 16.0**_DIGEST_HEX_DIGITS
