"""Estimation of a character n-gram model: modified Kneser-Ney smoothing, interpolated.

S. F. Chen, J. Goodman, "An empirical study of smoothing techniques for language modeling", Computer Speech
and Language 13 (1999): equations 23-27. Below the highest order the counts are how many different symbols
stand in front (equation 21), except where nothing can: at the start of a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.decoding.language_model.ngram_file import END, STEP, SYMBOL_BITS, Contexts
from text_recognizer.vocabulary import Vocabulary

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

_BITS = np.uint64(SYMBOL_BITS)
_SYMBOL = np.uint64((1 << SYMBOL_BITS) - 1)
_FALLBACK = (0.5, 1.0, 1.5)  # where counts of counts are 0, as in small samples or of single characters


@dataclass(frozen=True)
class Ngrams:
    """Different n-grams of one length, ascending.

    Attributes:
        keys: (n,) symbols of 7 bits, the last one (the predicted one) in the lowest bits.
        counts: (n,) how often each occurs, or how many symbols stand in front of it.
    """

    keys: Keys
    counts: Counts


def estimate(
    lines: Sequence[str], vocabulary: Vocabulary, order: int, minimum_counts: Sequence[int]
) -> tuple[npt.NDArray[np.float32], list[Contexts]]:
    """Return base and contexts of a language model, as `encode_ngrams` takes them.

    Args:
        lines: The text; a line begins and ends, also in the midst of a sentence.
        vocabulary: Holds all their characters.
        order: Characters of the longest n-grams.
        minimum_counts: For n = 1 ... order: n-grams counted less often are left out, their probability
            goes to the shorter context.

    Raises:
        VocabularyError: If a character is not in the vocabulary.
    """
    levels = count(lines, vocabulary, order)
    base = _base(levels[0], len(vocabulary))
    tables = [_contexts(level, least) for level, least in zip(levels[1:], minimum_counts[1:], strict=True)]
    return base, tables


def count(lines: Sequence[str], vocabulary: Vocabulary, order: int) -> list[Ngrams]:
    """Return the n-grams for n = 1 ... order, with the counts that Kneser-Ney takes of each n."""
    symbols, places = _symbols(lines, vocabulary)
    levels = [_ngrams(symbols, places, order)]
    for length in range(order - 1, 0, -1):
        mask = np.uint64((1 << (SYMBOL_BITS * length)) - 1)
        keys, counts = np.unique(levels[0].keys & mask, return_counts=True)
        if length > 1:  # the start alone predicts by bigrams, and is never predicted
            opening = _openings(symbols, places, length)
            keys, counts = np.concatenate([keys, opening.keys]), np.concatenate([counts, opening.counts])
            ascending = np.argsort(keys)
            keys, counts = keys[ascending], counts[ascending]
        levels.insert(0, Ngrams(keys, counts.astype(np.int64)))
    return levels


def _symbols(lines: Sequence[str], vocabulary: Vocabulary) -> tuple[Keys, Counts]:
    """Return the symbols of all lines, start and end included, and the place of each in its line."""
    start = len(vocabulary)
    encoded = [np.concatenate(([start], vocabulary.encode(line), [END])) for line in lines]
    places = [np.arange(len(line)) for line in encoded]
    return np.concatenate(encoded).astype(np.uint64), np.concatenate(places)


def _pack(symbols: Keys, ends: Counts, length: int) -> Keys:
    """Return the n-grams of `length` symbols that end at `ends`."""
    keys = np.zeros(len(ends), np.uint64)
    for back in range(length - 1, -1, -1):
        keys = (keys << _BITS) | symbols[ends - back]
    return keys


def _ngrams(symbols: Keys, places: Counts, length: int) -> Ngrams:
    (ends,) = np.nonzero(places >= max(1, length - 1))
    keys, counts = np.unique(_pack(symbols, ends, length), return_counts=True)
    return Ngrams(keys, counts.astype(np.int64))


def _openings(symbols: Keys, places: Counts, length: int) -> Ngrams:
    """Return the n-grams whose first symbol is the start of a line, counted as they occur."""
    (ends,) = np.nonzero(places == length - 1)
    keys, counts = np.unique(_pack(symbols, ends, length), return_counts=True)
    return Ngrams(keys, counts.astype(np.int64))


def discounts(counts: Counts) -> tuple[float, float, float]:
    """Return D1, D2 and D3+ (Chen & Goodman 1999, equation 26)."""
    n1, n2, n3, n4 = (int((counts == c).sum()) for c in (1, 2, 3, 4))
    if 0 in (n1, n2, n3, n4):
        return _FALLBACK
    y = n1 / (n1 + 2 * n2)
    found = 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3
    return found if all(0 < d < c for c, d in enumerate(found, start=1)) else _FALLBACK


def _discounted(counts: Counts) -> Reals:
    d = np.array([0.0, *discounts(counts)])
    return np.asarray(np.maximum(counts - d[np.minimum(counts, 3)], 0.0))


def _base(unigrams: Ngrams, labels: int) -> npt.NDArray[np.float32]:
    """Return the probabilities without context, mixed with equal ones for all labels."""
    row = np.zeros(labels)
    row[unigrams.keys.astype(np.int64)] = _discounted(unigrams.counts) / unigrams.counts.sum()
    row += (1 - row.sum()) / labels
    return row.astype(np.float32)


def _contexts(ngrams: Ngrams, least: int) -> Contexts:
    contexts = ngrams.keys >> _BITS
    keys, starts = np.unique(contexts, return_index=True)
    totals = np.repeat(np.add.reduceat(ngrams.counts, starts), np.diff(starts, append=len(contexts)))
    kept = ngrams.counts >= least
    own = (_discounted(ngrams.counts) / totals)[kept]  # a(w, h)
    keys, starts, counts = np.unique(contexts[kept], return_index=True, return_counts=True)
    if not len(keys):
        empty = np.zeros(0, np.uint8)
        return Contexts(keys, empty, empty, empty, empty)
    shares = 1 - np.add.reduceat(own, starts)  # g(h)
    return Contexts(
        keys,
        # Code 0 would leave nothing for one of the two.
        np.maximum(_quantised(shares), 1),
        counts.astype(np.uint8),
        (ngrams.keys[kept] & _SYMBOL).astype(np.uint8),
        _quantised(own),
    )


def _quantised(probabilities: Reals) -> npt.NDArray[np.uint8]:
    logarithms = -np.log(np.maximum(probabilities, 1e-12)) / STEP
    return np.clip(np.round(logarithms), 0, 255).astype(np.uint8)
