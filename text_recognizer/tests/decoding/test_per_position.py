import numpy as np
import pytest

from text_recognizer.decoding.per_position import decode_per_position
from text_recognizer.vocabulary import Vocabulary

VOCABULARY = Vocabulary("ab")


def logits_of(*probabilities: tuple[float, float, float]) -> np.ndarray:
    """Return logits, shifted by a constant as logits may be."""
    logits: np.ndarray = np.log(np.array(probabilities)) + 7
    return logits


def test_repeats_are_characters_and_padding_is_dropped() -> None:
    logits = np.eye(3, dtype=np.float32)[[1, 1, 2, 0, 0]] * 50
    text, confidence = decode_per_position(logits, VOCABULARY)
    assert text == "aab"
    assert confidence == pytest.approx(1)


def test_confidence_is_the_mean_probability_per_character() -> None:
    text, confidence = decode_per_position(logits_of((0.1, 0.8, 0.1), (0.5, 0.1, 0.4)), VOCABULARY)
    assert text == "a"
    assert confidence == pytest.approx(0.8 * 0.5)
    text, confidence = decode_per_position(logits_of((0.1, 0.8, 0.1), (0.1, 0.1, 0.8)), VOCABULARY)
    assert text == "ab"
    assert confidence == pytest.approx(0.8)


def test_padding_alone_is_the_empty_text() -> None:
    text, confidence = decode_per_position(logits_of((0.9, 0.05, 0.05)), VOCABULARY)
    assert text == ""
    assert confidence == pytest.approx(0.9)
