"""Decoding of networks that emit one softmax for each position of the text."""

import numpy as np

from text_recognizer.arrays import Indices, Logits
from text_recognizer.decoding.probabilities import log_softmax
from text_recognizer.vocabulary import BLANK, Vocabulary


def decode_per_position(logits: Logits, vocabulary: Vocabulary) -> tuple[str, float]:
    """Return the text of the best labels and a confidence.

    The confidence is P(labels | image) ** (1 / characters), the probabilities of the padding included: the
    same measure as that of a line by CTC, see `line_decoder.LineDecoder`.

    Args:
        logits: (P, C) for P positions, not normalized, label 0 is padding.
        vocabulary: Meaning of the labels.

    Returns:
        The text, without the padding behind it, and the confidence in [0, 1].
    """
    log_probability = float(log_softmax(logits).max(axis=1).sum())
    text = decode_positions(logits.argmax(axis=1), vocabulary)
    return text, float(np.exp(log_probability / max(1, len(text))))


def decode_positions(labels: Indices, vocabulary: Vocabulary) -> str:
    """Return the text of labels (P,): equal neighbours are two characters, padding is dropped."""
    return vocabulary.decode(int(label) for label in labels if label != BLANK)
