"""Error rates of recognized text; numpy only.

All rates are 0-1 and not capped: more insertions than reference characters give a rate above 1.
"""

from collections.abc import Hashable, Sequence

import numpy as np

from text_recognizer.arrays import Indices
from text_recognizer.errors import InvalidInputError


def edit_distance(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Return the Levenshtein distance: fewest insertions, deletions and substitutions.

    Bit-parallel: a column of the dynamic programme is two integers of len(first) bits, the rows where the
    distance rises and falls from the row above; a column costs a dozen integer operations, whatever its
    length.
    Source: Myers 1999, "A fast bit-vector algorithm for approximate string matching" (J. ACM 46:395), in
    the form for whole strings of Hyyrö 2003 (figure 8).

    Args:
        first: A string, or a list of words.
        second: What to compare it with.
    """
    if not first:
        return len(second)
    places: dict[Hashable, int] = {}
    for i, symbol in enumerate(first):
        places[symbol] = places.get(symbol, 0) | 1 << i
    last = 1 << (len(first) - 1)
    mask = 2 * last - 1
    distance = len(first)
    rises, falls = mask, 0  # vertical differences +1 and -1
    for symbol in second:
        equal = places.get(symbol, 0)
        diagonal = (((equal & rises) + rises) ^ rises) | equal | falls  # where the diagonal difference is 0
        grows = falls | ~(diagonal | rises) & mask  # horizontal differences +1
        shrinks = rises & diagonal  # and -1
        distance += bool(grows & last) - bool(shrinks & last)
        grows, shrinks = grows << 1 | 1, shrinks << 1
        rises = (shrinks | ~(diagonal | grows)) & mask
        falls = grows & diagonal & mask
    return distance


def character_errors(predictions: Sequence[str], references: Sequence[str]) -> tuple[Indices, Indices]:
    """Return the edits and the reference characters of each item.

    Args:
        predictions: N recognized texts.
        references: N true texts, in the same order.

    Returns:
        Edits (N,) and lengths of the references (N,).

    Raises:
        InvalidInputError: If there are not as many predictions as references.
    """
    _check_lengths(predictions, references)
    edits = [edit_distance(p, r) for p, r in zip(predictions, references, strict=True)]
    return np.array(edits, np.int64), np.array([len(r) for r in references], np.int64)


def character_error_rate(predictions: Sequence[str], references: Sequence[str]) -> float:
    """Return all edits over all reference characters (not the mean of the items' rates).

    Raises:
        InvalidInputError: If the numbers of items differ or the references hold no character.
    """
    return _rate(*character_errors(predictions, references))


def word_error_rate(predictions: Sequence[str], references: Sequence[str]) -> float:
    r"""Return all word edits over all reference words; words are what stands between white space.

    Raises:
        InvalidInputError: If the numbers of items differ or the references hold no word.
    """
    _check_lengths(predictions, references)
    pairs = [(p.split(), r.split()) for p, r in zip(predictions, references, strict=True)]
    edits = np.array([edit_distance(p, r) for p, r in pairs], np.int64)
    return _rate(edits, np.array([len(r) for _, r in pairs], np.int64))


def accuracy(predictions: Sequence[Hashable], references: Sequence[Hashable]) -> float:
    """Return the share of items that are predicted exactly, 0-1.

    Raises:
        InvalidInputError: If the numbers of items differ or are 0.
    """
    _check_lengths(predictions, references)
    if not references:
        raise InvalidInputError("Expected at least one item to score; there is none.")
    return sum(p == r for p, r in zip(predictions, references, strict=True)) / len(references)


def rate_interval(
    errors: Indices, totals: Indices, resamples: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """Return the bounds of the 95 % interval of sum(errors) / sum(totals).

    Percentile bootstrap (Efron 1979) over items. Items of one writer are taken as independent, which they are
    not quite: the interval is for these writers, not for writers at large.

    Args:
        errors: (N,) errors of each item.
        totals: (N,) what could be wrong in each item.
        resamples: How often N items are drawn with replacement.
        seed: Seed of the draws.

    Raises:
        InvalidInputError: If `totals` sums to 0.
    """
    _rate(errors, totals)
    generator = np.random.default_rng(seed)
    rates = np.empty(resamples)
    for i in range(resamples):
        drawn = generator.integers(len(totals), size=len(totals))
        rates[i] = errors[drawn].sum() / max(1, totals[drawn].sum())
    low, high = np.percentile(rates, (2.5, 97.5))
    return float(low), float(high)


def _check_lengths(predictions: Sequence[Hashable], references: Sequence[Hashable]) -> None:
    if len(predictions) != len(references):
        raise InvalidInputError(
            f"Expected one prediction per reference; received {len(predictions)} predictions "
            f"and {len(references)} references."
        )


def _rate(errors: Indices, totals: Indices) -> float:
    """Return the sum of errors (N,) over that of totals (N,)."""
    if totals.sum() == 0:
        raise InvalidInputError(
            f"The references of {len(totals)} items are all empty; there is nothing to score."
        )
    return float(errors.sum() / totals.sum())
