"""Which confidence a line and its words get."""

import numpy as np
import pytest

from text_recognizer.decoding.calibration import Calibration, Calibrations, Evidence
from text_recognizer.decoding.confidences import (
    USUAL_LIKELIHOOD,
    is_numeric,
    line_confidence,
    line_evidence,
    unknown_words,
    word_confidences,
    word_spans,
)
from text_recognizer.decoding.language_model.languages import KnownLanguage
from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.tests.decoding.language_model.toy_language_model import toy_language_model
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

VOCABULARY = Vocabulary(LINE_CHARACTERS)
NONE = np.zeros(0, np.bool_)


@pytest.fixture(scope="module")
def english() -> KnownLanguage:
    """Return a language of two sentences."""
    model = toy_language_model(["the old house", "it's old"] * 4, LINE_CHARACTERS)
    return KnownLanguage("en", model, Lexicon(["the", "old", "house", "it", "s", "4th"], VOCABULARY))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.50", True),
        ("SW1A 2AA", True),
        ("12 May 1931", True),
        ("on 12 May", False),
        ("Monday", False),
        ("", False),
    ],
)
def test_a_line_is_numeric_if_half_of_its_words_have_digits(text: str, expected: bool) -> None:
    assert is_numeric(text) == expected


@pytest.mark.parametrize(
    ("text", "spans"), [("", []), ("  ", []), ("a", [(0, 1)]), (" ab  c ", [(1, 3), (5, 6)])]
)
def test_word_spans(text: str, spans: list[tuple[int, int]]) -> None:
    assert word_spans(text) == spans


def test_a_line_without_text_keeps_its_probability() -> None:
    assert line_confidence("", 0.0, Calibrations(line=Calibration(1, -5)), Evidence(-2.0), NONE) == 1.0


def test_words_that_a_language_lacks(english: KnownLanguage) -> None:
    text = "The hovse, it's 1931. old-house Itz -"
    assert unknown_words(text, english).tolist() == [False, True, False, False, False, True, False]
    assert not unknown_words(text, None).any()
    assert unknown_words("", english).shape == (0,)


def test_evidence_of_a_line_is_how_likely_its_text_is_and_how_sure_its_letters_are(
    english: KnownLanguage,
) -> None:
    def evidence(text: str, sureness: float, known: KnownLanguage | None = english) -> Evidence:
        labels = VOCABULARY.encode(text)
        frames = np.zeros((2 * len(labels), len(VOCABULARY)))
        frames[1::2, 0] = 9.0  # blanks between them count for nothing
        frames[np.arange(0, len(frames), 2), labels] = sureness
        logarithms = frames - np.log(np.exp(frames).sum(axis=1, keepdims=True))
        return line_evidence(logarithms, text, labels.tolist(), known)

    sure, unsure, unlikely = evidence("the old", 9.0), evidence("the old", 6.0), evidence("eht dlo", 9.0)
    assert sure.legibility == pytest.approx(9.0 - np.log(len(VOCABULARY) - 1), abs=1e-6)
    assert unsure.legibility < sure.legibility == unlikely.legibility
    assert unlikely.likelihood < sure.likelihood == unsure.likelihood
    assert sure.likelihood == pytest.approx(
        english.model.log_probability(VOCABULARY.encode("the old").tolist()) / 7 - USUAL_LIKELIHOOD
    )
    assert [evidence(lone, 9.0).likelihood for lone in ("the", "12 May 1931")] == [0.0, 0.0]
    assert evidence("the old", 9.0, None).likelihood == 0.0
    assert line_evidence(np.log(np.full((3, 4), 0.25)), "", [], english) == Evidence()


def test_unknown_words_are_less_sure_and_numbers_have_a_calibration_of_their_own() -> None:
    calibrations = Calibrations(word=Calibration(unknown=-1.0), number=Calibration(0.5))
    unknown = np.array([False, True, False])
    found = word_confidences("the hovse 1931", np.full(3, 0.9), calibrations, Evidence(), unknown)
    assert found[0] == pytest.approx(0.9)
    assert found[1] == pytest.approx(float(Calibration(offset=-1.0).apply(0.9)))
    assert found[2] == pytest.approx(0.75)
    lone = line_confidence("hovse", np.log(0.9), calibrations, Evidence(), np.array([True]))
    assert lone == pytest.approx(found[1])
