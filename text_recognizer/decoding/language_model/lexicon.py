"""A list of words for the beam search to favour: letter case and what stands around a word do not matter."""

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from text_recognizer.vocabulary import Vocabulary

Ints = npt.NDArray[np.int64]

_HASH = 0x1E3779B97F4A7C15  # odd: multiplication is a permutation of 64-bit numbers
_LONGEST = 64  # letters; what is longer is no word


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
        letter = "[" + "".join(re.escape(chr(code)) for code in self._codes if code) + "]"
        pattern = re.compile(f"{letter}{{1,{_LONGEST}}}")
        usable = [word.lower() for word in words if pattern.fullmatch(word.lower())]
        hashes = np.zeros(len(usable), np.int64)
        longest = max(map(len, usable), default=1)
        for column in np.array(usable, f"U{longest}").view(np.uint32).reshape(len(usable), longest).T:
            hashes = np.where(column > 0, (hashes + column) * _HASH, hashes)
        self._words, first = np.unique(hashes, return_index=True)
        self._letters = np.array([len(usable[index]) for index in first], np.int64)

    def advance(self, states: Ints, labels: npt.NDArray[np.integer]) -> Ints:
        """Return the states (n,) after one more label each."""
        codes = self._codes[labels]
        return np.where(codes > 0, (states + codes) * _HASH, 0)

    def ends(self, labels: Ints) -> npt.NDArray[np.bool_]:
        """Tell which labels (k,) end a word."""
        return np.asarray(self._codes[labels] == 0)

    def letters(self, states: Ints) -> Ints:
        """Return how many letters the words of the list have that states (n,) stand for; 0: it is none."""
        if not len(self._words):
            return np.zeros_like(states)
        places = np.minimum(self._words.searchsorted(states), len(self._words) - 1)
        return np.where(self._words[places] == states, self._letters[places], 0)
