import string

import numpy as np
import pytest

from text_recognizer.datasets.words.lexicon import Lexicon
from text_recognizer.datasets.words.texts import WordTexts, in_case
from text_recognizer.metrics.words import protocol_form
from text_recognizer.vocabulary import VOCABULARIES

LEXICON = Lexicon({"a": 9, "of": 9, "cat": 5, "rain": 3, "river": 2, "island": 1, "harbour": 1})
HELD_OUT = ["tiger", "dogs", "on", "rivers", "catof"]


def texts_of(length: int, count: int = 1500) -> list[str]:
    texts = WordTexts(LEXICON, HELD_OUT)
    rng = np.random.default_rng(length)
    return [texts.generate(rng, length) for _ in range(count)]


@pytest.mark.parametrize("length", [1, 2, 3, 6, 11, 20])
def test_texts_are_printable_and_about_as_long_as_asked_for(length: int) -> None:
    texts = texts_of(length)
    assert set("".join(texts)) <= set(VOCABULARIES["printable"])
    assert all(texts)
    assert all(protocol_form(text) for text in texts), "something is left in the small vocabulary"
    assert np.mean([abs(len(text) - min(length, 7)) <= 4 for text in texts]) > 0.75


@pytest.mark.slow
def test_every_printable_character_occurs() -> None:
    texts = "".join(text for length in range(1, 14) for text in texts_of(length))
    assert set(texts) == set(VOCABULARIES["printable"])


def test_lower_capitalized_and_upper_are_one_to_one_to_two() -> None:
    words = [word for word in texts_of(6, 8000) if word.isalpha()]
    shares = [np.mean([test(word) for word in words]) for test in (str.islower, str.istitle, str.isupper)]
    np.testing.assert_allclose(shares, (0.23, 0.25, 0.5), atol=0.03)


def test_numbers_prices_and_marked_words_occur() -> None:
    texts = texts_of(5, 4000)
    assert 0.1 < np.mean([any(c.isdigit() for c in text) for text in texts]) < 0.3
    assert any(text[0] == "$" and text[2] == "." for text in texts)
    assert any(text.endswith("%") for text in texts)
    marked = [any(c in string.punctuation for c in text) for text in texts]
    assert 0.08 < np.mean(marked) < 0.3


def test_nothing_held_out_is_spelt_by_any_text() -> None:
    held_out = set(HELD_OUT)
    assert not any(protocol_form(text) in held_out for length in (2, 4, 5, 6, 8) for text in texts_of(length))


def test_a_text_depends_on_the_source_of_randomness_alone() -> None:
    assert texts_of(5, 50) == texts_of(5, 50)


@pytest.mark.parametrize(
    ("chance", "expected"), [(0.0, "iT's"), (0.1, "it's"), (0.3, "It's"), (0.5, "IT'S"), (0.99, "IT'S")]
)
def test_cases(chance: float, expected: str) -> None:
    assert in_case("it's", chance) == expected
