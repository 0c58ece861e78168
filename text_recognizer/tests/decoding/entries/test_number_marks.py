import numpy as np
import pytest

from text_recognizer.arrays import Logits
from text_recognizer.decoding.entries.number_marks import (
    KNOWN_FORM_SCORE,
    MAX_AGREEMENT,
    has_known_form,
    point_odds,
    with_agreed_marks,
    with_known_marks,
    with_swapped_marks,
)
from text_recognizer.decoding.greedy import log_probability
from text_recognizer.predictions.single import TextAlternative
from text_recognizer.predictions.types import LinePrediction, TextSpan
from text_recognizer.vocabulary import LATIN_CHARACTERS, Vocabulary

VOCABULARY = Vocabulary(LATIN_CHARACTERS)


def logits_of(text: str, other: str, by: float) -> Logits:
    """Return logits (T, C) of a text, in which those of another one of its length are `by` less likely."""
    logits = 14.0 * np.eye(len(VOCABULARY))[VOCABULARY.encode(text)]
    rows = np.arange(len(text))
    logits[rows, VOCABULARY.encode(other)] = np.maximum(logits[rows, VOCABULARY.encode(other)], 14.0 - by)
    spaced = np.zeros((2 * len(text), len(VOCABULARY)))
    spaced[:, 0] = 14.0
    spaced[::2] = logits
    spaced[::2, 0] = 14.0 - by  # each character may be none
    return spaced


def read(text: str, other: str, by: float = KNOWN_FORM_SCORE / 2) -> str:
    labels = VOCABULARY.encode(text).tolist()
    return VOCABULARY.decode(with_known_marks(logits_of(text, other, by), labels, VOCABULARY))


@pytest.mark.parametrize(
    "text",
    ["7", "49", "1931", "1,250.00", "1.250,00", "12.35", "3,40", "$5.50", "-12", "12.05.1931", "5/12/31",
     "1931-05-12", "9:45", "09.45", "1914-1918", "3/4", "12.", "1,250,000"],
)  # fmt: skip
def test_these_forms_are_known(text: str) -> None:
    assert has_known_form(text)
    assert read(text, text) == text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("1.250.00", "1,250.00"), ("15:05.1938", "15.05.1938"), ("48:59", "48.59"), ("8,491-63", "8,491.63")],
)
def test_another_mark_is_read_where_it_is_almost_as_likely(wrong: str, right: str) -> None:
    assert read(wrong, right) == right
    assert read(wrong, right, 2 * KNOWN_FORM_SCORE) == wrong


def test_a_mark_too_many_is_left_out() -> None:
    labels = VOCABULARY.encode("78.2.7").tolist()
    wrong = 14.0 * np.eye(len(VOCABULARY))[labels]
    wrong[4, 0] = 13.0  # the second mark may be none
    assert VOCABULARY.decode(with_known_marks(wrong, labels, VOCABULARY)) == "78.27"


def test_a_mark_too_few_is_added() -> None:
    labels = VOCABULARY.encode("18.052020").tolist()
    right = 14.0 * np.eye(len(VOCABULARY))[VOCABULARY.encode("18.05.2020")]
    right[5, 0] = 15.0
    assert VOCABULARY.decode(with_known_marks(right, labels, VOCABULARY)) == "18.05.2020"


@pytest.mark.parametrize("text", ["SW1 4AB", "12 May", "10.0.0.1.5", "555-123-4567", "1.2.3.4.5.6.7.8"])
def test_other_texts_stay(text: str) -> None:
    assert read(text, text) == text


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("3.40", "3,40"),
        ("1.250,5", "1,250.5"),
        ("Milk 2,40, bread 1.95.", "Milk 2.40, bread 1,95."),
        ("1,250", "1,250"),
        ("12.05.1931", "12.05.1931"),
        ("3.405 x1.25 10.5kg", "3.405 x1.25 10.5kg"),
    ],
)
def test_marks_of_amounts_alone_are_swapped(text: str, swapped: str) -> None:
    assert with_swapped_marks(text) == swapped


@pytest.mark.parametrize(
    ("text", "other", "sign"), [("3.40", "3,40", 1), ("3,40", "3.40", -1), ("340", "340", 0)]
)
def test_an_image_speaks_for_full_stops_or_commas(text: str, other: str, sign: int) -> None:
    logits, labels = logits_of(text, other, 1.5), VOCABULARY.encode(text).tolist()
    odds = point_odds(logits, labels, log_probability(logits, labels), VOCABULARY)
    assert odds == pytest.approx(1.5 * sign, abs=1e-3)


def agreed(*lines: tuple[str, float]) -> list[str]:
    return [
        line.text for line in with_agreed_marks([(LinePrediction(text, 0.5), odds) for text, odds in lines])
    ]


def test_amounts_of_a_page_have_the_same_marks_where_images_allow_it() -> None:
    assert agreed(("2.15", 3.0), ("3,40", -0.2), ("Plums", 0.0)) == ["2.15", "3.40", "Plums"]
    assert agreed(("2,15", -3.0), ("3.40", 0.2)) == ["2,15", "3,40"]
    assert agreed(("3,40", -0.2)) == ["3,40"], "nothing speaks against it"
    sure = 2 * MAX_AGREEMENT
    assert agreed(("2.15", sure), ("2.20", sure), ("3,40", -sure)) == ["2.15", "2.20", "3,40"]
    assert agreed() == []


def test_words_characters_and_alternatives_follow_the_text() -> None:
    spans = [TextSpan(character, 0.5, index, index + 1) for index, character in enumerate("at 3,40")]
    words = (TextSpan("at", 0.5, 0, 2), TextSpan("3,40", 0.5, 3, 7))
    alternatives = tuple(TextAlternative(text, 0.3) for text in ("at 3,40", "at 3.40", "at 340"))
    line = LinePrediction("at 3,40", 0.5, None, words, tuple(spans), alternatives=alternatives)
    (changed, _) = with_agreed_marks([(line, -0.1), (LinePrediction("2.15", 0.5), 2.0)])
    assert [word.text for word in changed.words] == ["at", "3.40"]
    assert "".join(character.text for character in changed.characters) == changed.text == "at 3.40"
    assert [each.text for each in changed.alternatives] == ["at 3.40", "at 340"]
