"""A list of words for the beam search to favour: letter case and what stands around a word do not matter."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from text_recognizer.vocabulary import Vocabulary

Ints = npt.NDArray[np.int64]

_HASH = 0x1E3779B97F4A7C15  # odd: multiplication is a permutation of 64-bit numbers


class WordList:
    """Words as hashes of 64 bits, which grow letter by letter; 0 stands for no word."""

    def __init__(self, words: Iterable[str], vocabulary: Vocabulary) -> None:
        """Take the words.

        Args:
            words: Those with other characters than letters and apostrophes never match.
            vocabulary: Whose labels the prefixes have.
        """
        self._codes = np.zeros(len(vocabulary), np.int64)  # of each label, 0 if it ends a word
        for label, character in enumerate(vocabulary.characters, start=1):
            if character.isalpha() or character == "'":
                self._codes[label] = ord(character.lower())
        known = (
            word
            for word in words
            if word and not vocabulary.unknown(word) and self._codes[vocabulary.encode(word)].all()
        )
        self._words = np.unique(np.array([self._hash(vocabulary, word) for word in known], np.int64))

    def _hash(self, vocabulary: Vocabulary, word: str) -> int:
        state = np.zeros(1, np.int64)
        for label in vocabulary.encode(word):
            state = self.advance(state, np.array([label]))
        return int(state[0])

    def advance(self, states: Ints, labels: npt.NDArray[np.integer]) -> Ints:
        """Return the states (n,) after one more label each."""
        codes = self._codes[labels]
        return np.where(codes > 0, (states + codes) * _HASH, 0)

    def ends(self, labels: Ints) -> npt.NDArray[np.bool_]:
        """Tell which labels (k,) end a word."""
        return np.asarray(self._codes[labels] == 0)

    def complete(self, states: Ints) -> npt.NDArray[np.bool_]:
        """Tell which states (n,) are words of the list."""
        if not len(self._words):
            return np.zeros(len(states), bool)
        places = np.minimum(np.searchsorted(self._words, states), len(self._words) - 1)
        return np.asarray((self._words[places] == states) & (states != 0))
