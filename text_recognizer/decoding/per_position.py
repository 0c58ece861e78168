"""Decoding of networks that emit one softmax for each position of the text."""

import numpy as np
import numpy.typing as npt

from text_recognizer.vocabulary import BLANK, Vocabulary

Array = npt.NDArray[np.floating]


def decode_per_position(logits: Array, vocabulary: Vocabulary) -> tuple[str, float]:
    """Return the text of the best labels and a confidence.

    The confidence is P(labels | image) ** (1 / characters), the padding's probabilities included: the same
    measure as that of `decode_greedy`.

    Args:
        logits: (P, len(vocabulary)) unnormalized scores, label 0 is padding.
        vocabulary: Meaning of the labels.

    Returns:
        The text, without the padding behind it, and the confidence in [0, 1].
    """
    logits = logits.astype(np.float64)
    labels = logits.argmax(axis=1)  # (P,)
    best = logits.max(axis=1)
    log_probability = float((best - np.log(np.exp(logits - best[:, None]).sum(axis=1)) - best).sum())
    text = decode_positions(labels, vocabulary)
    return text, float(np.exp(log_probability / max(1, len(text))))


def decode_positions(labels: npt.NDArray[np.integer], vocabulary: Vocabulary) -> str:
    """Return the text of labels (P,): equal neighbours are two characters, padding is dropped."""
    return vocabulary.decode(int(label) for label in labels if label != BLANK)
