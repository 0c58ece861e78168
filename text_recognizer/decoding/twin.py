"""The inner loops of the decoders in C, where they were built: the same results, in a fraction of the time.

NumPy spends most of a beam search on calling functions for a few numbers each. The twin is optional, since no
installation should need a compiler: without it, everything is found as well, but slower. Its source is in the
folder `compiled`; `text-recognizer doctor` says whether it is installed.
"""

import numpy as np

from text_recognizer.arrays import Indices, Probabilities, Reals
from text_recognizer.budget import Budget
from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.field_scores import FieldScores, field_scores
from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.decoding.language_model.model import LanguageModel

try:
    from text_recognizer.decoding.compiled import _twin
except ImportError:  # it was not built, or for another machine
    _twin = None  # type: ignore[assignment]

VERSION = 3  # of module.c: an older build is not used


def is_installed() -> bool:
    """Tell whether the twin is there; if not, its functions must not be called."""
    return _twin is not None and _twin.VERSION == VERSION


def search(
    probabilities: Probabilities,
    labels: Indices,
    ends: Indices,
    config: BeamSearchConfig,
    language_model: LanguageModel | None,
    lexicon: Lexicon | None,
    budget: Budget | None,
) -> list[int]:
    """Return the labels of the best prefix, as `beam_search.decode_beam` finds it.

    Args:
        probabilities: (T, C) of T >= 1 frames.
        labels: (n,) that extend prefixes, frame by frame.
        ends: (T,) where those of each frame end.
        config: How to search.
        language_model: For the same labels.
        lexicon: For the same labels.
        budget: How long it may take.

    Raises:
        SearchTimeError: If that time has run out.
    """
    frames, classes = probabilities.shape
    assert labels.size == ends[-1]
    assert len(ends) == frames
    model = words = None
    if language_model is not None:
        assert len(language_model.characters) + 1 >= classes
        known, unknown = language_model.characters, language_model.unknown
        alike = "".join(language_model.alike)
        scores = field_scores(known, config.lm_weight, config.length_bonus, unknown, alike)
        tables = language_model.tables
        model = (*tables, language_model.start, language_model.symbols, *scores.tables, FieldScores.start)
    if lexicon is not None:
        words = lexicon.tables
        assert len(words[0]) >= classes
    return _twin.search(
        np.ascontiguousarray(probabilities, np.float64),
        np.ascontiguousarray(labels, np.int64),
        np.ascontiguousarray(ends, np.int64),
        classes,
        config.width,
        config.length_bonus,
        config.word_bonus,
        config.margin,
        model,
        words,
        budget.check_search if budget is not None else None,
    )


def best_states(scores: Reals, barred: Reals) -> Indices:
    """Return the state of each frame, (T,), on the best path, see `alignment.align`.

    Args:
        scores: (T, S) logarithms of the probabilities of S >= 2 states.
        barred: (S,) -inf where a path may not skip the state before, else 0.
    """
    path = np.empty(len(scores), np.int64)
    _twin.states(np.ascontiguousarray(scores, np.float64), np.isfinite(barred), path)
    return path


def path_sum(probabilities: Probabilities, skips: Reals) -> tuple[float, int]:
    """Return the sum over all paths, and the exponent of 2 it has, see `greedy.log_probability`.

    Args:
        probabilities: (T, S) of the states.
        skips: (S,) 1 where a path may skip the state before, else 0.
    """
    forward = np.empty(len(skips))
    return _twin.sum(np.ascontiguousarray(probabilities, np.float64), skips, forward)
