"""A small language model for tests, trained on what it is given."""

from collections.abc import Sequence

import numpy as np

from text_recognizer.arrays import Indices, Reals
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.vocabulary import Vocabulary
from training.language_model.kneser_ney import estimate


def toy_language_model(
    lines: Sequence[str], characters: str, order: int = 3, words: Sequence[str] = (), unknown: str = ""
) -> LanguageModel:
    base, tables = estimate(lines, Vocabulary(characters), order, [1] * order)
    return LanguageModel(characters, base, tables, words, unknown)


def probabilities(model: LanguageModel, states: Indices) -> Reals:
    """Return p(label | state), (n, labels), of states (n,)."""
    labels = np.arange(len(model.characters) + 1)
    return np.exp(model.log_probabilities(states, labels).T.astype(np.float64))
