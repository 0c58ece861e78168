import numpy as np
import pytest

from text_recognizer.arrays import Logits
from text_recognizer.decoding.number_marks import KNOWN_FORM_SCORE, has_known_form, with_known_marks
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
