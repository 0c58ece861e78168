import numpy as np
import pytest

from text_recognizer.decoding.field_scores import (
    ACCENT_SCORE,
    LONE_SCORE,
    UNKNOWN_SCORE,
    FieldScores,
    field_scores,
)
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

VOCABULARY = Vocabulary(LINE_CHARACTERS)
SCORES = FieldScores(LINE_CHARACTERS, lm_weight=0.5, length_bonus=0.25)


def score(prefix: str, character: str, log_probability: float) -> float:
    """Return the score of a character behind a prefix, or of the end of the line ("")."""
    contexts = np.array([SCORES.start])
    for label in VOCABULARY.encode(prefix).astype(np.int64):
        contexts = SCORES.advance(contexts, np.array([label]))
    label = VOCABULARY.encode(character).astype(np.int64) if character else np.array([0])
    return float(SCORES.of(np.full((1, 1), log_probability), contexts, label)[0, 0])


@pytest.mark.parametrize(
    ("prefix", "characters"),
    [
        ("", "0123456789"),
        ("1", "0123456789.,:/-"),
        ("in 1", "0123456789.,:/-"),
        ("12.", "0123456789 "),
        ("12.5", "0123456789.,:/-"),
        ("8", "AS"),
        ("-", "0123456789"),
        ("was #", "0123456789"),
        ("A", "0123456789"),
        ("Monday", ".,:;!?"),
    ],
)
def test_in_numbers_and_lone_words_the_language_model_has_no_say(prefix: str, characters: str) -> None:
    for character in characters:
        assert score(prefix, character, -1.0) == score(prefix, character, -9.0)


@pytest.mark.parametrize("prefix", ["", "1", "12.", "in ", "in 1", "a"])
def test_all_digits_are_equal(prefix: str) -> None:
    assert len({score(prefix, digit, -3.0) for digit in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("prefix", "character"),
    [
        ("", "a"),
        ("1", "s"),
        ("12.1", "S"),
        ("1", " "),
        ("on Monday", "."),
        ("12. ", "a"),
        ("end.", " "),
        ("a.", "b"),
        ("a-", "b"),
    ],
)
def test_sentences_are_scored_by_the_language_model(prefix: str, character: str) -> None:
    assert score(prefix, character, -3.0) == pytest.approx(0.5 * -3.0 + 0.25)


def test_the_end_of_a_line_is_scored_behind_sentences_without_a_bonus() -> None:
    assert score("Monday", "", -8.0) == score("19", "", -1.0) == LONE_SCORE
    assert score("on Monday", "", -8.0) == pytest.approx(-4.0)


def test_a_dash_between_words_begins_no_number() -> None:
    assert score("a-", "1", -3.0) < score("1-", "1", -3.0)


def test_tables_are_made_once() -> None:
    assert field_scores("ab", 0.5, 0.5) is field_scores("ab", 0.5, 0.5)


def test_what_the_language_model_never_saw_is_scored_without_it() -> None:
    scores = FieldScores("aé ", lm_weight=0.5, length_bonus=0.5, unknown="é")
    contexts = np.array([scores.start])
    expected = [0.5 * -8.0 + 0.5, UNKNOWN_SCORE]
    np.testing.assert_allclose(scores.of(np.full((2, 1), -8.0), contexts, np.array([1, 2]))[:, 0], expected)


def test_an_accent_that_the_language_model_never_saw_costs_a_little() -> None:
    scores = FieldScores("eé ", lm_weight=0.5, length_bonus=0.5, unknown="é", alike="é")
    contexts = np.array([scores.start])
    plain, accented = scores.of(np.full((2, 1), -8.0), contexts, np.array([1, 2]))[:, 0]
    assert accented == pytest.approx(plain + ACCENT_SCORE)


def total(text: str) -> float:
    """Return the score of a whole line whose letters the language model finds hardly likely."""
    return sum(score(text[:end], text[end], -8.0) for end in range(len(text))) + score(text, "", -4.0)


@pytest.mark.parametrize(
    ("likely", "odd"),
    [
        ("17.05.1950", "17.05,1950"),
        ("63,055.91", "63,055,91"),
        ("1,250.00", "1,25000"),
        ("11:16", "11:76"),
        ("21:15", "21:5"),
        ("5,013.50", "5.01350"),
        ("NQ23 7ZG", "NQ23 726"),
        ("A9 7LT", "A9 7L1"),
        ("G21 5BQ", "G2/ 5BQ"),
    ],
)
def test_fields_have_the_shapes_of_dates_times_amounts_and_codes(likely: str, odd: str) -> None:
    assert total(likely) > total(odd)


def test_within_sentences_capitals_are_left_to_the_language_model() -> None:
    assert score("on SW", "A", -3.0) == pytest.approx(0.5 * -3.0 + 0.25)
