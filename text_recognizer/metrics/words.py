"""How well single words are read, by the protocol of scene text recognition; numpy only.

Only letters and digits count, and their case does not: Baek et al., "What is wrong with scene text
recognition model comparisons?", ICCV 2019 (arXiv 1904.01906), section 3.1. Words whose reference has neither
letter nor digit are left out.
"""

import string
from collections.abc import Sequence

import numpy as np

from text_recognizer.arrays import Reals
from text_recognizer.errors import InvalidInputError
from text_recognizer.metrics.text import edit_distance

_PROTOCOL_CHARACTERS = frozenset(string.digits + string.ascii_lowercase)


def protocol_form(text: str) -> str:
    """Return what the protocol compares: the text in lower case, of which a-z and 0-9 are kept."""
    return "".join(character for character in text.lower() if character in _PROTOCOL_CHARACTERS)


def word_matches(predictions: Sequence[str], references: Sequence[str]) -> Reals:
    """Return 1 for each word that is read correctly and 0 for each other, (N,).

    Args:
        predictions: Recognized words.
        references: True words, in the same order; those with neither letter nor digit are left out.

    Raises:
        InvalidInputError: If the numbers of words differ or no word is left.
    """
    return np.array([float(p == r) for p, r in _compared(predictions, references)])


def edit_similarities(predictions: Sequence[str], references: Sequence[str]) -> Reals:
    """Return 1 - edits / max(length of the prediction, length of the reference) of each word, (N,).

    1 - NED of the ICDAR 2019 challenges: Sun et al., "ICDAR 2019 competition on large-scale street view text
    with partial labeling" (arXiv 1909.07741), section on metrics.

    Args:
        predictions: Recognized words.
        references: True words, in the same order; those with neither letter nor digit are left out.

    Raises:
        InvalidInputError: If the numbers of words differ or no word is left.
    """
    pairs = _compared(predictions, references)
    return np.array([1 - edit_distance(p, r) / max(len(p), len(r)) for p, r in pairs])


def word_accuracy(predictions: Sequence[str], references: Sequence[str]) -> float:
    """Return the share of words that are read correctly, 0-1; see `word_matches`."""
    return float(word_matches(predictions, references).mean())


def normalized_edit_similarity(predictions: Sequence[str], references: Sequence[str]) -> float:
    """Return the mean of `edit_similarities`, 0-1; the field writes it 1 - NED."""
    return float(edit_similarities(predictions, references).mean())


def mean_interval(values: Reals, resamples: int = 1000, seed: int = 0) -> tuple[float, float]:
    """Return the bounds of the 95 % interval of the mean of `values` (N,): percentile bootstrap (Efron 1979).

    Args:
        values: One for each word, as `word_matches` and `edit_similarities` return them; (N,).
        resamples: How often N words are drawn with replacement.
        seed: Seed of the draws.

    Raises:
        InvalidInputError: If there is no value.
    """
    if len(values) == 0:
        raise InvalidInputError("Expected at least one word to score; there is none.")
    generator = np.random.default_rng(seed)
    means = [values[generator.integers(len(values), size=len(values))].mean() for _ in range(resamples)]
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def _compared(predictions: Sequence[str], references: Sequence[str]) -> list[tuple[str, str]]:
    """Return prediction and reference of each word that counts, in the form of the protocol."""
    if len(predictions) != len(references):
        raise InvalidInputError(
            f"Expected one prediction per reference; received {len(predictions)} predictions "
            f"and {len(references)} references."
        )
    forms = [(protocol_form(p), protocol_form(r)) for p, r in zip(predictions, references, strict=True)]
    counted = [(p, r) for p, r in forms if r]
    if not counted:
        raise InvalidInputError(f"None of the {len(references)} references holds a letter or a digit.")
    return counted
