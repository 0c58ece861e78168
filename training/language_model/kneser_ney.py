"""Estimation of a character n-gram model: modified Kneser-Ney smoothing, interpolated.

S. F. Chen, J. Goodman, "An empirical study of smoothing techniques for language modeling", Computer Speech
and Language 13 (1999): equations 23-27. Below the highest order, counts are numbers of different
preceding symbols (equation 21), except at the start of a line, which nothing precedes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Floats, Indices, NgramKeys, Reals
from text_recognizer.decoding.language_model.ngram_file import END, SYMBOL_BITS, Contexts, quantized
from text_recognizer.vocabulary import Vocabulary

_BITS = np.uint64(SYMBOL_BITS)
_SYMBOL = np.uint64((1 << SYMBOL_BITS) - 1)
_DEFAULT_DISCOUNTS = (0.5, 1.0, 1.5)  # where some count never occurs, as in small samples


@dataclass(frozen=True)
class Ngrams:
    """Different n-grams of one length, ascending.

    ```python
    from text_recognizer.vocabulary import Vocabulary
    from training.language_model.kneser_ney import count

    unigrams, bigrams = count(["abab", "abba"], Vocabulary("ab"), order=2)
    print(len(bigrams.keys), "bigrams, each counted", bigrams.counts.tolist(), "times")
    ```

    Attributes:
        keys: (n,) symbols of 8 bits, the last one (the predicted one) in the lowest bits.
        counts: (n,) how often each occurs, or how many symbols stand in front of it.
    """

    keys: NgramKeys
    counts: Indices


def estimate(
    lines: Sequence[str], vocabulary: Vocabulary, order: int, minimum_counts: Sequence[int]
) -> tuple[Floats, list[Contexts]]:
    """Return base (labels,) and contexts of a language model, as `encode_ngrams` takes them.

    Args:
        lines: The text; each line begins and ends by itself, even within a sentence.
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
    """Return the n-grams for n = 1 ... order, with the counts that Kneser-Ney smoothing uses for each n."""
    symbols, places = _symbols(lines, vocabulary)
    levels = [_ngrams(symbols, places, order)]
    for length in range(order - 1, 0, -1):
        mask = np.uint64((1 << (SYMBOL_BITS * length)) - 1)
        keys, counts = np.unique(levels[0].keys & mask, return_counts=True)
        if length > 1:  # the start of a line is never predicted: it has no unigram
            opening = _openings(symbols, places, length)
            keys, counts = np.concatenate([keys, opening.keys]), np.concatenate([counts, opening.counts])
            ascending = np.argsort(keys)
            keys, counts = keys[ascending], counts[ascending]
        levels.insert(0, Ngrams(keys, counts.astype(np.int64)))
    return levels


def _symbols(lines: Sequence[str], vocabulary: Vocabulary) -> tuple[NgramKeys, Indices]:
    """Return the symbols of all lines (n,), start and end included, and their places in the lines, (n,)."""
    start = len(vocabulary)
    encoded = [np.concatenate(([start], vocabulary.encode(line), [END])) for line in lines]
    places = [np.arange(len(line)) for line in encoded]
    return np.concatenate(encoded).astype(np.uint64), np.concatenate(places)


def _pack(symbols: NgramKeys, ends: Indices, length: int) -> NgramKeys:
    """Return the n-grams (m,) of `length` symbols that end at `ends`, (m,), places in `symbols`, (n,)."""
    keys = np.zeros(len(ends), np.uint64)
    # The symbols side by side, the newest in the lowest bits: the n-grams of a context are neighbours.
    for back in range(length - 1, -1, -1):
        keys = (keys << _BITS) | symbols[ends - back]
    return keys


def _ngrams(symbols: NgramKeys, places: Indices, length: int) -> Ngrams:
    """Return the n-grams of the symbols (n,) at their places in a line, (n,), counted as they occur."""
    (ends,) = np.nonzero(places >= max(1, length - 1))
    keys, counts = np.unique(_pack(symbols, ends, length), return_counts=True)
    return Ngrams(keys, counts.astype(np.int64))


def _openings(symbols: NgramKeys, places: Indices, length: int) -> Ngrams:
    """Return the n-grams whose first symbol is the start of a line, counted as they occur; arguments (n,)."""
    (ends,) = np.nonzero(places == length - 1)
    keys, counts = np.unique(_pack(symbols, ends, length), return_counts=True)
    return Ngrams(keys, counts.astype(np.int64))


def discounts(counts: Indices) -> tuple[float, float, float]:
    """Return the discounts D1, D2 and D3+ of counts (n,) (Chen & Goodman 1999, equation 26)."""
    n1, n2, n3, n4 = (int((counts == c).sum()) for c in (1, 2, 3, 4))
    if 0 in (n1, n2, n3, n4):
        return _DEFAULT_DISCOUNTS
    y = n1 / (n1 + 2 * n2)
    found = 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3
    return found if all(0 < d < c for c, d in enumerate(found, start=1)) else _DEFAULT_DISCOUNTS


def _discounted(counts: Indices) -> Reals:
    """Return what discounting leaves of each count, (n,) -> (n,)."""
    d = np.array([0.0, *discounts(counts)])
    return np.asarray(np.maximum(counts - d[np.minimum(counts, 3)], 0.0))


def _base(unigrams: Ngrams, labels: int) -> Floats:
    """Return the probabilities without context, (labels,), mixed with equal ones for all labels."""
    row = np.zeros(labels)
    row[unigrams.keys.astype(np.int64)] = _discounted(unigrams.counts) / unigrams.counts.sum()
    row += (1 - row.sum()) / labels
    return row.astype(np.float32)


def _contexts(ngrams: Ngrams, least: int) -> Contexts:
    """Return the contexts of n-grams that occur at least `least` times, with what they leave to shorter ones.

    The keys ascend, so the n-grams of a context stand side by side: sums over them are sums of slices.
    """
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
        # Code 0 is a share of 1, which would leave nothing for the context's own probabilities.
        np.maximum(quantized(shares), 1),
        counts.astype(np.uint8),
        (ngrams.keys[kept] & _SYMBOL).astype(np.uint8),
        quantized(own),
    )
