import numpy as np
import pytest

from text_recognizer.arrays import Logits
from text_recognizer.decoding.entries.letter_case import CAPITAL_SCORE, as_written, other_case
from text_recognizer.vocabulary import Vocabulary

VOCABULARY = Vocabulary("paPA bé")


def logits_of(text: str, first: str, by: float) -> Logits:
    """Return logits (T, C) of a text, on whose first frame another character is `by` less likely."""
    logits = 12.0 * np.eye(len(VOCABULARY))[VOCABULARY.encode(text)]
    logits[0, VOCABULARY.encode(first)] = 12.0 - by
    return logits


def read(logits: Logits, text: str) -> str:
    return VOCABULARY.decode(as_written(logits, VOCABULARY.encode(text).tolist(), VOCABULARY))


def test_the_image_decides_about_the_first_letter_of_a_lone_word() -> None:
    surely = 2 * CAPITAL_SCORE
    assert read(logits_of("Pa", "p", surely), "pa") == "Pa"
    assert read(logits_of("pa", "P", surely), "Pa") == "pa"
    assert read(logits_of("pa", "P", surely), "pa") == "pa"


def test_in_doubt_it_is_a_capital() -> None:
    assert read(logits_of("pa", "P", CAPITAL_SCORE / 2), "pa") == "Pa"


@pytest.mark.parametrize("text", ["pa a", "PA", "p", "", "éa"])  # and É is not in the vocabulary
def test_other_texts_stay_as_they_are(text: str) -> None:
    logits = 12.0 * np.eye(len(VOCABULARY))[VOCABULARY.encode(text.swapcase().replace("É", "b"))]
    assert read(logits, text) == text


def test_only_words_of_letters_have_another_case() -> None:
    assert other_case("Total") == "total"
    assert other_case("ßa") is None  # whose capital is two letters
    assert other_case("M25") is None
