"""A language model fits other characters: folded, left out, in another order, or rare."""

import numpy as np
import pytest

from text_recognizer.decoding.language_model.fitting import ADDED_SHARE, fitted, unknown_characters
from text_recognizer.decoding.language_model.loading import load_language_model
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.language_model.ngram_file import Contexts
from text_recognizer.tests.decoding.language_model.toy_language_model import probabilities, toy_language_model
from text_recognizer.vocabulary import LATIN_CHARACTERS, LINE_CHARACTERS, Vocabulary, folded
from training.language_model.kneser_ney import estimate

LINES = ["le pré", "le blé", "à la clé", "la clé à pédale", "le débit ☐", "elle a été là"] * 2
ACCENTED = "abcdeilprt éà☐"
PLAIN = "abcdeilprt "


def of_lines(lines: list[str], characters: str) -> LanguageModel:
    return toy_language_model(lines, characters, order=4)


def refitted(asked: str, known: str = ACCENTED) -> LanguageModel:
    base, tables = estimate(LINES, Vocabulary(known), 4, [1] * 4)
    return LanguageModel(asked, *fitted(base, tables, known, asked))


def cost(model: LanguageModel, text: str) -> float:
    return -model.log_probability(Vocabulary(model.characters).encode(text).tolist())


def test_added_characters_share_a_small_part_and_the_start_moves() -> None:
    nothing = np.zeros(2, np.uint8)
    table = Contexts(np.array([1, 3 << 8 | 2], np.uint64), nothing, nothing, nothing[:0], nothing[:0])
    base, (moved,) = fitted(np.full(3, 1 / 3, np.float32), [table], "xy", "xyzw")
    np.testing.assert_allclose(
        base, [*[(1 - ADDED_SHARE) / 3] * 3, ADDED_SHARE / 2, ADDED_SHARE / 2], rtol=1e-5
    )
    assert moved.keys.tolist()[0] == 1
    same, (kept,) = fitted(np.full(3, 1 / 3, np.float32), [table], "xy", "xy")
    np.testing.assert_allclose(same, 1 / 3)
    assert kept is table


def test_accents_are_folded_about_as_if_the_texts_had_none() -> None:
    found, expected = refitted(PLAIN), of_lines([folded(line, PLAIN) for line in LINES], PLAIN)
    for text in ("le pre", "la cle", "elle a ete"):
        assert abs(cost(found, text) - cost(expected, text)) < 0.25 * len(text)
        assert cost(found, text) < cost(found, text[::-1]) - 2
    states = np.array([found.start, found.advance(np.array([found.start]), np.array([1]))[0]])
    np.testing.assert_allclose(probabilities(found, states).sum(axis=1), 1, rtol=1e-3)


def test_the_order_of_characters_does_not_matter() -> None:
    usual, turned = of_lines(LINES, ACCENTED), refitted(ACCENTED[::-1])
    for text in ("le pré", "à la clé"):
        assert cost(turned, text) == pytest.approx(cost(usual, text), rel=0.01)


def test_unknown_characters_are_rare_and_known_ones_stay_as_likely() -> None:
    usual, more = of_lines(LINES, ACCENTED), refitted(ACCENTED + "xy")
    assert abs(cost(more, "le pré") - cost(usual, "le pré")) < 0.05 * 6
    assert cost(more, "le prx") > cost(more, "le pré") + 3


@pytest.mark.slow
def test_english_stays_likely_and_accents_are_rare() -> None:
    small, large = load_language_model(), load_language_model(characters=LATIN_CHARACTERS)
    assert (small.characters, large.characters) == (LINE_CHARACTERS, LATIN_CHARACTERS)
    text = "The house"
    assert abs(cost(large, text) - cost(small, text)) < 0.05 * len(text)
    assert cost(small, text) + 3 < cost(large, "Thé house") < np.inf


@pytest.mark.slow
def test_an_alphabet_may_grow_beyond_that_of_the_shipped_line_model() -> None:
    model = load_language_model(characters=LATIN_CHARACTERS + "åøłÔ")
    assert model.unknown.endswith("åøłÔ")
    usual = load_language_model(characters=LATIN_CHARACTERS)
    assert cost(model, "The house") == pytest.approx(cost(usual, "The house"), rel=0.01)
    assert cost(usual, "The house") < cost(model, "The håuse") < np.inf


def test_characters_that_no_text_has_are_unknown() -> None:
    assert unknown_characters("abe", "abeé$") == "é$"
    assert unknown_characters("abé", "abe") == "", "é was seen, and becomes e"
