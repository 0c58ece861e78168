"""Confidences of lines and words: of sentences, of lone words, and of what has digits."""

import numpy as np

from text_recognizer.arrays import Reals
from text_recognizer.decoding.calibration import Calibrations


def line_confidence(
    text: str, log_probability: float, calibrations: Calibrations, disagreement: float
) -> float:
    """Return the calibrated confidence of a line, 0-1.

    Args:
        text: What was found.
        log_probability: ln P(text | image).
        calibrations: Of the decoder.
        disagreement: See `Calibration`.
    """
    if not text:  # it has no character that could be right: its probability stays as it is
        return float(np.exp(log_probability))
    if is_numeric(text):
        return float(calibrations.number.apply(np.exp(log_probability), disagreement))
    if len(text.split()) == 1:
        return float(calibrations.word.apply(np.exp(log_probability), disagreement))
    return float(calibrations.line.apply(np.exp(log_probability / len(text)), disagreement))


def word_confidences(text: str, confidences: Reals, calibrations: Calibrations, disagreement: float) -> Reals:
    """Return the calibrated confidences of the words of a text, (words,).

    Args:
        text: What was found.
        confidences: (words,) before calibration.
        calibrations: Of the decoder.
        disagreement: Of the line, see `Calibration`.
    """
    numbers = np.array([has_digit(text[first:end]) for first, end in word_spans(text)], np.bool_)
    number = calibrations.number.apply(confidences, disagreement)
    return np.where(numbers, number, calibrations.word.apply(confidences, disagreement))


def has_digit(word: str) -> bool:
    """Tell whether a word is a number, or a code with one."""
    return any(character.isdecimal() for character in word)


def is_numeric(text: str) -> bool:
    """Tell whether a line is an amount, a date, a time or a code: half of its words or more have a digit.

    >>> is_numeric("SW1A 2AA"), is_numeric("12 May 1931"), is_numeric("on 12 May"), is_numeric("")
    (True, True, False, False)
    """
    words = text.split()
    return bool(words) and 2 * sum(map(has_digit, words)) >= len(words)


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
