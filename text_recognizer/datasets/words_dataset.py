"""What all data sets of single words have in common: parameters, shapes, descriptions."""

import collections
from collections.abc import Mapping

import numpy as np

from text_recognizer.arrays import GrayImage, InkImage
from text_recognizer.datasets.dataset import SPLIT_NAMES, Dataset, Split, check_numbers, image_widths
from text_recognizer.datasets.files.hashes import hash_samples
from text_recognizer.errors import ConfigError
from text_recognizer.preprocessing.words import WORD_HEIGHT, word_ink
from text_recognizer.vocabulary import VOCABULARIES, Vocabulary

_DESCRIBED_TEXTS = 2000  # enough for their statistics; generated ones cost time


class WordsDataset(Dataset):
    """Words of one height; the targets are texts of one of the VOCABULARIES.

    Data sets with equal height, width and vocabulary can be mixed with each other.

    ```python
    from text_recognizer.datasets.words_dataset import WordsDataset

    class MyWords(WordsDataset):
        def load_or_generate_data(self): ...
        def describe(self): ...

    words = MyWords(height=32, width=100)
    print(words.input_shape, words.output_shape, words.normalize_text("Don't"))
    ```

    Attributes:
        height: Rows of an image.
        width: Columns of every image; None if each word's aspect ratio decides.
        vocabulary: Name of the vocabulary, see `text_recognizer.vocabulary.VOCABULARIES`.
    """

    def __init__(
        self, height: int = WORD_HEIGHT, width: int | None = None, vocabulary: str = "alphanumeric"
    ) -> None:
        """Set the parameters that all data sets of words share.

        Args:
            height: Rows of an image.
            width: Columns of every image; None if each word's aspect ratio decides.
            vocabulary: Name of the vocabulary.

        Raises:
            ConfigError: If a size is no whole number from 1 on, or the vocabulary is unknown.
        """
        check_numbers(1, height=height, **({} if width is None else {"width": width}))
        if vocabulary not in VOCABULARIES:
            raise ConfigError(f"Expected a vocabulary of {sorted(VOCABULARIES)}; received {vocabulary!r}.")
        self.height, self.width, self.vocabulary = height, width, vocabulary
        self.characters = VOCABULARIES[vocabulary]
        self._lower_case = self.characters == self.characters.lower()

    @property
    def input_shape(self) -> tuple[int | None, int | None, int]:
        """(height, width or None, 1)."""
        return (self.height, self.width, 1)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(None, labels), the blank included."""
        return (None, len(Vocabulary(self.characters)))

    def normalize_text(self, text: str) -> str:
        """Return a text without the characters that the vocabulary lacks.

        It is lower-cased first if the vocabulary has no upper case. Nothing may be left: such a word is
        not usable.
        """
        text = text.lower() if self._lower_case else text
        return "".join(character for character in text if character in self.characters)

    def image_to_word(self, image: GrayImage) -> InkImage:
        """Return the image of a word as input of the networks, (height, width or any).

        Raises:
            InvalidInputError: If the image is empty.
        """
        return word_ink(image, self.height, self.width)

    def hash_words(self, inputs: Mapping[str, object], *code: str) -> str:
        """Return the `data_hash` of the samples: over the shared parameters and `inputs`, see `hash_samples`.

        Args:
            inputs: Parameters of its own, and hashes of the files read; of types that JSON has.
            code: Modules and packages of `text_recognizer` that turn files into samples, besides those that
                prepare the images of all words.
        """
        shared = {"height": self.height, "width": self.width, "vocabulary": self.vocabulary}
        return hash_samples({**shared, **inputs}, "preprocessing.words", "datasets.words_dataset", *code)


def describe_words(splits: Mapping[str, Split]) -> list[str]:
    """Return a row of text for each split: numbers and widths of words, numbers of characters.

    Characters are counted in at most 2,000 texts, evenly spread: those of a large split are generated.

    Args:
        splits: Split by name; images (H, W) of words, targets their texts. A split may be empty.
    """
    rows = []
    for name in SPLIT_NAMES:
        split = splits[name]
        widths = image_widths(split) if len(split) else np.zeros(1, np.int64)
        chosen = range(0, len(split), max(1, -(-len(split) // _DESCRIBED_TEXTS)))
        characters = collections.Counter("".join(split.targets[i] for i in chosen))
        counted = "" if len(chosen) == len(split) else f" in {len(chosen)} of them"
        rows.append(
            f"{name}: {len(split)} words, width {widths.min()}-{widths.max()} (mean {widths.mean():.0f})"
            f"; {sum(characters.values())} characters, {len(characters)} different{counted}"
        )
    return rows
