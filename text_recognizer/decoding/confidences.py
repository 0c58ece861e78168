"""Confidences of lines and words: of sentences, of lone words, and of what has digits."""

import re
from collections.abc import Sequence

import numpy as np

from text_recognizer.arrays import Flags, LogProbabilities, Reals
from text_recognizer.decoding.calibration import NO_EVIDENCE, Calibrations, Evidence, log_odds
from text_recognizer.decoding.greedy import letter_logarithms
from text_recognizer.decoding.language_model.languages import KnownLanguage

USUAL_LIKELIHOOD = -1.73  # ln p of a character; the mean of 1,705 validation lines as they are read

_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


def line_evidence(
    log_probabilities: LogProbabilities, text: str, labels: Sequence[int], known: KnownLanguage | None
) -> Evidence:
    """Return what a line tells besides the probability of what was found.

    Args:
        log_probabilities: (T, C), label 0 is the blank.
        text: What was found.
        labels: The same as labels.
        known: The language that it was found with; None for none.
    """
    letters = letter_logarithms(log_probabilities)
    if not (labels and len(letters)):
        return NO_EVIDENCE
    likelihood = 0.0
    if known and is_sentence(text):
        likelihood = known.model.log_probability(labels) / len(labels) - USUAL_LIKELIHOOD
    return Evidence(likelihood, float(log_odds(np.exp(letters.mean()))))


def unknown_words(text: str, known: KnownLanguage | None) -> Flags:
    """Return which words of a text have letters that are no word of the language, (words,).

    Args:
        text: What was found.
        known: The language that it was found with; None for none, which lacks no word.
    """
    parts = [_LETTERS.findall(text[first:end]) for first, end in word_spans(text)]
    if known is None:
        return np.zeros(len(parts), np.bool_)
    letters = [each for part in parts for each in part]
    has = dict(zip(letters, known.lexicon.knows(letters), strict=True))
    return np.array([not all(has[each] for each in part) for part in parts], np.bool_)


def line_confidence(
    text: str, log_probability: float, calibrations: Calibrations, evidence: Evidence, unknown: Flags
) -> float:
    """Return the calibrated confidence of a line, 0-1.

    Args:
        text: What was found.
        log_probability: ln P(text | image).
        calibrations: Of the decoder.
        evidence: Of the line.
        unknown: (words,) whether the language lacks each.
    """
    if not text:  # it has no character that could be right: its probability stays as it is
        return float(np.exp(log_probability))
    if is_numeric(text):
        return float(calibrations.number.apply(np.exp(log_probability), unknown=text.isdecimal()))
    if not is_sentence(text):
        return float(calibrations.word.apply(np.exp(log_probability), evidence, unknown.any()))
    return float(calibrations.line.apply(np.exp(log_probability / len(text)), evidence))


def word_confidences(
    text: str, confidences: Reals, calibrations: Calibrations, evidence: Evidence, unknown: Flags
) -> Reals:
    """Return the calibrated confidences of the words of a text, (words,).

    Args:
        text: What was found.
        confidences: (words,) before calibration.
        calibrations: Of the decoder.
        evidence: Of the line.
        unknown: (words,) whether the language lacks each.
    """
    words = [text[first:end] for first, end in word_spans(text)]
    numbers = np.array([has_digit(word) for word in words], np.bool_)
    whole = np.array([word.isdecimal() and is_numeric(text) for word in words], np.bool_)
    number = calibrations.number.apply(confidences, unknown=whole)
    return np.where(numbers, number, calibrations.word.apply(confidences, evidence, unknown))


def has_digit(word: str) -> bool:
    """Tell whether a word is a number, or a code with one."""
    return _DIGIT.search(word) is not None


def is_numeric(text: str) -> bool:
    """Tell whether a line is an amount, a date, a time or a code: half of its words or more have a digit.

    >>> is_numeric("SW1A 2AA"), is_numeric("12 May 1931"), is_numeric("on 12 May"), is_numeric("")
    (True, True, False, False)
    """
    words = text.split()
    return bool(words) and 2 * sum(map(has_digit, words)) >= len(words)


def is_sentence(text: str) -> bool:
    """Tell whether a line is several words and not mostly numbers; of others, all is right or it is wrong.

    >>> is_sentence("on 12 May"), is_sentence("Monday"), is_sentence("12 May 1931")
    (True, False, False)
    """
    return len(text.split()) > 1 and not is_numeric(text)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return the index of the first character of each word, and of the one behind its last.

    >>> word_spans(" to be ")
    [(1, 3), (4, 6)]
    """
    spans, first = [], 0
    for word in text.split(" "):
        if word:
            spans.append((first, first + len(word)))
        first += len(word) + 1
    return spans
