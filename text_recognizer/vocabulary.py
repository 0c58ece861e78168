"""Characters to labels and back; label 0 is the CTC blank."""

import string
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np

from text_recognizer.arrays import Labels
from text_recognizer.errors import VocabularyError

BLANK = 0

# The 62 classes of EMNIST ByClass in their official order (labels 0-61).
EMNIST_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# EMNIST's characters and the 17 others that occur in IAM: one vocabulary for all data sets of lines, so that
# a network trained on one of them can be trained further on another.
LINE_CHARACTERS = EMNIST_CHARACTERS + " !\"#&'()*+,-./:;?"

# The vocabularies that an experiment can name. Those of words have 36 and 94 characters, as the field's:
# digits and letters of one case, or all printable ASCII but the space.
VOCABULARIES: Mapping[str, str] = MappingProxyType(
    {
        "line": LINE_CHARACTERS,
        "alphanumeric": string.digits + string.ascii_lowercase,
        "printable": string.digits + string.ascii_letters + string.punctuation,
    }
)


class Vocabulary:
    """An ordered set of characters; character i has label i + 1, label 0 is the blank.

    ```python
    from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

    vocabulary = Vocabulary(LINE_CHARACTERS)
    labels = vocabulary.encode("to be")
    print(labels, vocabulary.decode(labels))
    print(vocabulary.unknown("naïve café"))  # ïé
    ```

    Attributes:
        characters: Every character once, in label order.
    """

    def __init__(self, characters: str) -> None:
        """Build the vocabulary.

        Args:
            characters: Every character once, in label order.

        Raises:
            VocabularyError: If a character occurs twice.
        """
        if len(set(characters)) != len(characters):
            twice = sorted({c for c in characters if characters.count(c) > 1})
            raise VocabularyError(f"Expected each character once; {twice} occur more than once.")
        self.characters = characters
        self._labels = {character: i + 1 for i, character in enumerate(characters)}

    def __len__(self) -> int:
        """Return the number of labels, the blank included."""
        return len(self.characters) + 1

    def __contains__(self, character: str) -> bool:
        """Tell whether `character` has a label."""
        return character in self._labels

    def unknown(self, text: str) -> str:
        """Return the characters of `text` that have no label, sorted, each once."""
        return "".join(sorted(set(text) - self._labels.keys()))

    def encode(self, text: str) -> Labels:
        """Return the labels of `text`, (len(text),), from 1 to len(self) - 1.

        Raises:
            VocabularyError: If a character has no label; it is named.
        """
        if unknown := self.unknown(text):
            raise VocabularyError(
                f"Expected characters of the vocabulary {self.characters!r}; "
                f"received {unknown!r} in {text!r}. Skip the sample or extend the vocabulary."
            )
        return np.array([self._labels[c] for c in text], dtype=np.int32)

    def decode(self, labels: Iterable[int]) -> str:
        """Return the text of `labels`; blanks are dropped, nothing is collapsed.

        Raises:
            VocabularyError: If a label is negative or too large.
        """
        text = []
        for label in labels:
            if not 0 <= label < len(self):
                raise VocabularyError(f"Expected labels 0-{len(self) - 1}; received {label}.")
            if label != BLANK:
                text.append(self.characters[label - 1])
        return "".join(text)
