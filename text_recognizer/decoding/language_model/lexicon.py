"""A lexicon for beam search to favour: letter case and what stands around a word do not matter."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from text_recognizer.arrays import Flags, Indices
from text_recognizer.vocabulary import Vocabulary

HASH_FACTOR = 0x1E3779B97F4A7C15  # odd, so that multiplication by it is a permutation of the 64-bit numbers
_MAX_LETTERS = 64  # longer runs of letters are no words
_NONE: Mapping[str, str] = MappingProxyType({})


class Lexicon:
    """Words as 64-bit hashes, which grow letter by letter; 0 means no word.

    Beam search keeps the hash of the word that a prefix ends with as the state of the prefix.

    ```python
    import numpy as np

    from text_recognizer.decoding.language_model.lexicon import Lexicon
    from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

    vocabulary = Vocabulary(LINE_CHARACTERS)
    lexicon = Lexicon(["Zermatt", "Brig"], vocabulary)
    state = np.zeros(1, np.int64)
    for label in vocabulary.encode("to Brig"):
        state = lexicon.advance(state, np.array([label]))
    print(lexicon.letters(state))  # [4]
    ```
    """

    def __init__(
        self, words: Iterable[str], vocabulary: Vocabulary, alike: Mapping[str, str] = _NONE
    ) -> None:
        """Hash the words.

        Args:
            words: Those with other characters than letters and apostrophes never match.
            vocabulary: Gives the characters of labels.
            alike: Letters that match as others do, such as é as e, see `LanguageModel`.
        """
        same = str.maketrans(dict(alike))
        self._codes = np.zeros(len(vocabulary), np.int64)  # code point of each label, 0 if it ends a word
        for label, character in enumerate(vocabulary.characters, start=1):
            if character.isalpha() or character == "'":
                self._codes[label] = ord(character.translate(same).lower())
        letter = "[" + "".join(re.escape(chr(code)) for code in self._codes if code) + "]"
        pattern = re.compile(f"{letter}{{1,{_MAX_LETTERS}}}")
        plain = (word.translate(same).lower() for word in words)
        usable = [word for word in plain if pattern.fullmatch(word)]
        self._same = same
        self._words, first = np.unique(_hashes(usable), return_index=True)
        self._letters = np.array([len(usable[index]) for index in first], np.int64)

    def knows(self, words: Sequence[str]) -> Flags:
        """Return which words (n,) it has, in whatever case; of others than letters it has none."""
        return self.letters(_hashes([word.translate(self._same).lower() for word in words])) > 0

    @property
    def tables(self) -> tuple[Indices, Indices, Indices]:
        """Code points of the labels (C,), 0 if one ends a word; hashes and lengths of the words, (N,)."""
        return self._codes, self._words, self._letters

    def advance(self, states: Indices, labels: Indices) -> Indices:
        """Return the states (n,) after one more label (n,) each."""
        codes = self._codes[labels]
        return np.where(codes > 0, (states + codes) * HASH_FACTOR, 0)

    def ends(self, labels: Indices) -> Flags:
        """Return which labels (k,) end a word, (k,)."""
        return np.asarray(self._codes[labels] == 0)

    def letters(self, states: Indices) -> Indices:
        """Return the lengths (n,) of the words of states (n,); 0 for words that are not in the lexicon."""
        if not len(self._words):
            return np.zeros_like(states)
        places = np.minimum(self._words.searchsorted(states), len(self._words) - 1)
        return np.where(self._words[places] == states, self._letters[places], 0)


def _hashes(words: Sequence[str]) -> Indices:
    """Return the hashes (n,) of words in small letters, all at once, one column of letters after the other.

    Tens of thousands of words take milliseconds.
    """
    hashes = np.zeros(len(words), np.int64)
    longest = max([1, *map(len, words)])
    for column in np.array(words, f"U{longest}").view(np.uint32).reshape(len(words), longest).T:
        hashes = np.where(column > 0, (hashes + column) * HASH_FACTOR, hashes)
    return hashes
