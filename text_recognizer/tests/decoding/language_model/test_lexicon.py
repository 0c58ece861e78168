import numpy as np
import pytest

from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

VOCABULARY = Vocabulary(LINE_CHARACTERS)


def letters(words: Lexicon, text: str) -> int:
    state = np.zeros(1, np.int64)
    for label in VOCABULARY.encode(text):
        state = words.advance(state, np.array([label]))
    return int(words.letters(state)[0])


@pytest.mark.parametrize("text", ["house", "House", "HOUSE", "the house", '"house', "x. don't"])
def test_knows_its_words_in_any_case_behind_anything(text: str) -> None:
    assert letters(Lexicon(["House", "don't"], VOCABULARY), text) == 5


@pytest.mark.parametrize("text", ["", "hous", "houses", "house ", "shouse", "mouse", "esuoh"])
def test_knows_no_other_words(text: str) -> None:
    assert letters(Lexicon(["House"], VOCABULARY), text) == 0


def test_words_that_no_line_can_hold_are_left_out() -> None:
    words = Lexicon(["", "naïve", "two words", "4th", "a" * 65], VOCABULARY)
    assert not any(letters(words, text) for text in ("words", "th", "two", "", "a" * 65))


def test_letters_and_apostrophes_do_not_end_a_word() -> None:
    labels = VOCABULARY.encode("aZ' .5-")
    ends = Lexicon(["a"], VOCABULARY).ends(labels.astype(np.int64))
    assert ends.tolist() == [False, False, False, True, True, True, True]


@pytest.mark.parametrize("text", ["cafe", "café", "Café"])
def test_an_accent_that_the_words_lack_does_not_matter(text: str) -> None:
    vocabulary = Vocabulary(LINE_CHARACTERS + "éÉ")
    words = Lexicon(["cafe"], vocabulary, {"é": "e", "É": "E"})
    state = np.zeros(1, np.int64)
    for label in vocabulary.encode(text):
        state = words.advance(state, np.array([label]))
    assert words.letters(state).tolist() == [4]


def test_knows_several_words_at_once() -> None:
    words = Lexicon(["House", "don't", "cafe"], VOCABULARY)
    assert words.knows(["HOUSE", "hous", "", "don't", "x" * 99]).tolist() == [True, False, False, True, False]
    assert words.knows([]).shape == (0,)
