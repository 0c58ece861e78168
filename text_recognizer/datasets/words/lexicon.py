"""The words of a language by length, from which texts of generated words are chosen."""

import collections
import re
import zlib
from collections.abc import Iterator, Mapping

import numpy as np

from text_recognizer.arrays import Indices, Reals
from text_recognizer.datasets.corpora.brown import read_brown
from text_recognizer.errors import DataError
from text_recognizer.metrics.words import protocol_form

_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
_MAX_LETTERS = 20  # Brown has few longer words, and those are compounds without their hyphens
_TEMPER = 0.5  # exponent of the counts: "the" comes a few hundred times as often as a rare word, not 60,000
# Lengths are half those of running text, where short words are as common as on signs, half those of the
# tempered lexicon.
_RUNNING_SHARE = 0.5
_HELD_OUT_SHARE = 0.05  # words that no training text has, so that others than those can be validated on
_MIN_HELD_OUT_LETTERS = 3  # random letters would spell shorter ones too often
_MAX_HELD_OUT_COUNT = 40  # in Brown's training texts: about 3,000 words are more common


class Lexicon:
    """Lower-case words, each with a weight that decides how often it is picked.

    ```python
    import numpy as np

    from text_recognizer.datasets.words.lexicon import Lexicon

    lexicon = Lexicon({"the": 100, "river": 4, "rose": 1})
    print(lexicon.pick(np.random.default_rng(0), length=5), "rose" in lexicon)
    ```
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Sort the words by length.

        Args:
            counts: How often a text has each word; lower-case words. There may be none, but then there is
                nothing to pick.
        """
        self._counts = dict(sorted(counts.items()))
        self._words: dict[int, list[str]] = {}
        for word in self._counts:
            self._words.setdefault(len(word), []).append(word)
        self._ends = {length: np.cumsum(self._weights(words)) for length, words in self._words.items()}
        self._lengths = np.array(sorted(self._words))
        self._length_ends = self._cumulative_lengths()

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self._counts)

    def __contains__(self, word: str) -> bool:
        """Tell whether a lower-case word is in the lexicon."""
        return word in self._counts

    def __iter__(self) -> Iterator[str]:
        """Iterate over the words in alphabetical order."""
        return iter(self._counts)

    def weight(self, word: str) -> float:
        """Return how often one of its words is picked, relative to a word that the texts have once."""
        return float(self._counts[word] ** _TEMPER)

    def _weights(self, words: list[str]) -> Reals:
        """Return the weight of each of the words, (words,)."""
        return np.array([self.weight(word) for word in words], np.float64)

    def _cumulative_lengths(self) -> Reals:
        """Return the share of words up to each of `_lengths`, (lengths,)."""
        running = np.array([sum(self._counts[w] for w in self._words[n]) for n in self._lengths], np.float64)
        tempered = np.array([self._ends[n][-1] for n in self._lengths])
        shares = [part / max(1.0, part.sum()) for part in (running, tempered)]
        return np.cumsum(_RUNNING_SHARE * shares[0] + (1 - _RUNNING_SHARE) * shares[1])

    def lengths(self, uniform: Reals) -> Indices:
        """Return lengths of words (N,) for uniform random numbers (N,) of [0, 1)."""
        places = np.searchsorted(self._length_ends, uniform, side="right")
        return np.asarray(self._lengths[np.minimum(places, len(self._lengths) - 1)], np.int64)

    def pick(self, rng: np.random.Generator, length: int) -> str:
        """Return a random word of this length, or of the nearest length of which there is one."""
        nearest = int(self._lengths[np.abs(self._lengths - length).argmin()])
        ends, words = self._ends[nearest], self._words[nearest]
        return words[min(int(np.searchsorted(ends, rng.random() * ends[-1], side="right")), len(words) - 1)]


def split_lexicon(counts: Mapping[str, int]) -> tuple[Lexicon, Lexicon]:
    """Return the lexicon of training and validation, and that of words held out from both.

    A hash of a word's letters decides, so that "well" and "we'll" stay together. Common words are not held
    out: readers of signs cannot do without them.
    """
    totals: collections.Counter[str] = collections.Counter()
    for word, count in counts.items():
        totals[protocol_form(word)] += count
    held_out = {
        form
        for form, total in totals.items()
        if len(form) >= _MIN_HELD_OUT_LETTERS
        and total <= _MAX_HELD_OUT_COUNT
        and zlib.crc32(form.encode()) < _HELD_OUT_SHARE * 2**32
    }
    kept = {word: count for word, count in counts.items() if protocol_form(word) not in held_out}
    rest = {word: count for word, count in counts.items() if word not in kept}
    return Lexicon(kept), Lexicon(rest)


def count_words(text: str) -> collections.Counter[str]:
    """Return how often a text has each word of at most 20 letters, in lower case.

    >>> sorted(count_words("The dog, the O'Brien's.").items())
    [('dog', 1), ("o'brien", 1), ('the', 2)]
    """
    words = collections.Counter(match.lower() for match in _WORD.findall(text))
    return collections.Counter({word: count for word, count in words.items() if len(word) <= _MAX_LETTERS})


def load_lexicons() -> tuple[Lexicon, Lexicon]:
    """Return the lexicon of training and validation, and that of the words held out, from the Brown corpus.

    Raises:
        DataError: If the corpus is missing, damaged or without words.
    """
    known, held_out = split_lexicon(count_words(" ".join(read_brown("train"))))
    if not len(known):
        raise DataError("The Brown corpus holds no words. Fetch it again.")
    return known, held_out
