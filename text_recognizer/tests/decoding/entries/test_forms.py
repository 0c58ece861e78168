import numpy as np
import pytest

from text_recognizer.arrays import Logits
from text_recognizer.decoding.entries.forms import FORM_SCORES, MARK_SCORES, with_known_form
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

VOCABULARY = Vocabulary(LINE_CHARACTERS)
SURE = 14.0  # logit of what an image shows


def logits_of(text: str, other: str, by: float) -> Logits:
    """Return logits (2 T, C) of a text, in which another one of its length is less likely.

    Args:
        text: What the image says; `_` for no character.
        other: Less likely by a natural logarithm for each character that differs.
        by: That logarithm.
    """
    frames = np.zeros((2 * len(text), len(VOCABULARY)))
    frames[1::2, 0] = SURE  # blanks in between
    for frame, first, second in zip(frames[::2], text, other, strict=True):
        for character, logit in ((second, SURE - by), (first, SURE)):
            frame[0 if character == "_" else int(VOCABULARY.encode(character)[0])] = logit
    return frames


def read(text: str, other: str, by: float) -> str:
    labels = VOCABULARY.encode(text.replace("_", "")).tolist()
    return VOCABULARY.decode(with_known_form(logits_of(text, other, by), labels, VOCABULARY))


@pytest.mark.parametrize(
    ("found", "form", "kind"),
    [
        ("PEI2 OOR", "PE12 0OR", "code"),
        ("B12_2VC", "B12 2VC", "code"),
        ("WRZ 6ZM", "WR2 6ZM", "code"),
        ("25,08,2003", "25.08.2003", "date"),
        ("22.O6.2025", "22.06.2025", "date"),
        ("1Z:35", "17:35", "time"),
        ("Z,250.5O", "2,250.50", "amount"),
    ],
)
def test_an_entry_takes_the_form_that_the_image_allows(found: str, form: str, kind: str) -> None:
    differing = sum(first != second for first, second in zip(found, form, strict=True))
    assert read(found, form, 0.8 * FORM_SCORES[kind] / differing) == form
    assert read(found, form, 1.2 * FORM_SCORES[kind] / differing) == found.replace("_", "")


@pytest.mark.parametrize(
    ("found", "form", "kind"),
    [("624_51", "624.51", "amount"), ("02_04_1900", "02.04.1900", "date"), ("20_40", "20:40", "time")],
)
def test_a_whole_number_gets_marks_that_the_image_almost_shows(found: str, form: str, kind: str) -> None:
    by = MARK_SCORES[kind] / found.count("_")
    assert read(found, form, 0.7 * by) == form
    assert read(found, form, 1.3 * by) == found.replace("_", "")


@pytest.mark.parametrize(
    ("found", "other"),
    [
        ("07:43", "07:23"),  # it has a known form: the digits are as the image has them
        ("SW1 4AB", "SW7 4AB"),
        ("5-12", "5.12"),
        ("Bread", "8r3ad"),
        ("on 12 or 13 May", "0n 12 0r 13 May"),
        ("30.02.20001111111", "30.02.20001111111"),
    ],
)
def test_other_entries_stay(found: str, other: str) -> None:
    assert read(found, other, 0.1) == found


def test_no_form_is_taken_that_the_characters_of_a_network_do_not_have() -> None:
    few = Vocabulary("0123456789")
    logits = SURE * np.eye(11)[few.encode("1234")]
    assert few.decode(with_known_form(logits, few.encode("1234").tolist(), few)) == "1234"


def test_an_image_with_few_frames_is_left_alone() -> None:
    labels = VOCABULARY.encode("1O").tolist()
    assert with_known_form(SURE * np.eye(len(VOCABULARY))[labels], labels, VOCABULARY) == labels
