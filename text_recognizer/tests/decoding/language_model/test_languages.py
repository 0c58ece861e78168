"""The language that explains readings is chosen; the line model's own one when in doubt."""

from pathlib import Path

import numpy as np
import pytest

from text_recognizer.decoding.config import DecodingConfig
from text_recognizer.decoding.language_model import languages
from text_recognizer.decoding.language_model.languages import (
    LANGUAGE_MODELS,
    UNKNOWN_LANGUAGE_SHARE,
    Languages,
)
from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.line_decoder import LineDecoder
from text_recognizer.predictions.languages import Language
from text_recognizer.tests.decoding.language_model.toy_language_model import toy_language_model
from text_recognizer.vocabulary import LATIN_CHARACTERS, LINE_CHARACTERS, Vocabulary

CHARACTERS = "abcdefghijklmnopqrstuvwxyz 0123456789"
ENGLISH = ["the house of the king and the queen", "this is what they have said to him", "with the other hand"]
FRENCH = [
    "la maison de la reine et du roi",
    "elle est venue avec les enfants",
    "je suis dans une autre ville",
]
NAMES = {name: language for language, name in LANGUAGE_MODELS.items()}


@pytest.fixture(scope="module")
def models() -> dict[str, LanguageModel]:
    texts: dict[Language | None, list[str]] = {
        "en": ENGLISH,
        "fr": FRENCH,
        None: ["xqz kjw vvy", *ENGLISH, *FRENCH],
    }
    named = {LANGUAGE_MODELS[language]: lines for language, lines in texts.items()} | {"own": ["qqqq"]}
    return {
        name: toy_language_model(lines * 3, CHARACTERS, order=4, words=lines[0].split())
        for name, lines in named.items()
    }


@pytest.fixture
def loaded(models: dict[str, LanguageModel], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Serve drawn language models; return the names of those that were loaded."""
    names: list[str] = []

    def load(name: str, folder: Path | None, characters: str) -> LanguageModel:
        names.append(name)
        return models[name]

    monkeypatch.setattr(languages, "load_language_model", load)
    return names


def known(**options: str) -> Languages:
    return Languages(Vocabulary(CHARACTERS), **options)  # type: ignore[arg-type]


def test_what_explains_a_page_best_is_chosen(loaded: list[str]) -> None:
    of_page = known()
    assert of_page.chosen(["the house and the queen", "what they have said"]).language == "en"
    assert loaded == [LANGUAGE_MODELS["en"]]  # nothing else is needed for it
    assert of_page.chosen(["la maison est dans une autre ville", "je suis venue"]).language == "fr"
    assert of_page.chosen(["zxqj kvwq jxz qkk", "wq xjzk qvv kzx"]).language is None
    assert sorted(loaded) == sorted(NAMES)  # each once


def test_a_language_must_know_the_long_words_of_a_page(loaded: list[str]) -> None:
    of_page = known()
    alike = "la de la et du roi " * 12  # of the letters of French, as Italian is
    words = "maasin vinles enfant autril dansel villor elonte jesuin reinel autrel avecin moison"
    chosen = of_page.chosen([alike, words])
    assert (chosen.language, chosen.share) == (None, UNKNOWN_LANGUAGE_SHARE)
    assert of_page.chosen([], "none").share == of_page.own.share == 1.0
    assert of_page.chosen([alike, "la maison est dans une autre ville"]).language == "fr"


def test_a_page_that_is_read_badly_is_told_from_an_unknown_language_by_its_words(loaded: list[str]) -> None:
    of_page, noise = known(), ["zxqj kvwq jxzq qkkz", "wqjx xjzk qvvx kzxw", "vvkz qxjw zkqj wxvz"]
    languages_of = [of_page.chosen(texts) for texts in ([*noise, "house queen"], noise)]
    assert [chosen.language for chosen in languages_of] == [None, None]
    assert [chosen.share for chosen in languages_of] == [1.0, UNKNOWN_LANGUAGE_SHARE]


def test_too_little_text_and_numbers_change_nothing(loaded: list[str]) -> None:
    of_page = known()
    assert of_page.chosen([]) is of_page.chosen(["", ""]) is of_page.own
    assert of_page.chosen(["zxq"]) is of_page.own
    assert of_page.chosen(["48392 77 1029384 55", "9 82 7163 829 11 0"]) is of_page.own


def test_cells_of_a_table_are_in_the_language_of_their_words(loaded: list[str]) -> None:
    of_page = known()
    numbers = ["12", "340", "7", "215", "30", "680"]
    assert of_page.chosen(["the", "house", "queen", "king", *numbers]).language == "en"
    assert of_page.chosen(["maison", "reine", "elle", "venue", "enfants", "dans", *numbers]).language == "fr"


def test_a_choice_decides_whatever_is_read(loaded: list[str]) -> None:
    of_page = known()
    assert of_page.chosen(ENGLISH, "fr").language == "fr"
    assert of_page.chosen(FRENCH, "en") is of_page.own
    assert of_page.chosen(ENGLISH, "none").language is None
    assert of_page.chosen(ENGLISH, "none") is not of_page.own


def test_a_language_model_of_its_own_is_not_exchanged_by_itself(loaded: list[str]) -> None:
    of_page = known(own="own")
    of_page.load()
    assert of_page.chosen(FRENCH) is of_page.own
    assert loaded == ["own"]
    assert of_page.chosen(FRENCH, "fr").language == "fr"


def test_everything_can_be_loaded_at_once(loaded: list[str]) -> None:
    of_page = known()
    of_page.load()
    assert sorted(loaded) == sorted(NAMES)
    of_page.chosen(FRENCH)
    assert len(loaded) == len(NAMES)


def test_given_words_are_favoured_in_every_language(loaded: list[str]) -> None:
    vocabulary = Vocabulary(CHARACTERS)
    of_page = Languages(vocabulary, words=["zermatt"])
    for choice in ("en", "fr", "none"):
        lexicon = of_page.chosen([], choice).lexicon
        state = Lexicon([], vocabulary).advance  # the hash does not depend on the words
        word = vocabulary.encode("zermatt")[:, None]
        states = word[0] * 0
        for label in word:
            states = state(states, label)
        assert lexicon.letters(states).tolist() == [7]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("characters", "expected"), [(LATIN_CHARACTERS, "cet été"), (LINE_CHARACTERS, "cet ete")]
)
def test_accents_come_out_if_the_line_model_has_them(characters: str, expected: str) -> None:
    vocabulary = Vocabulary(characters)
    labels = [label for each in vocabulary.encode("cet ete") for label in (each, 0)]
    logits = 9 * np.eye(len(vocabulary), dtype=np.float32)[labels]
    if "é" in vocabulary:  # almost as likely as the plain letter
        logits[[8, 12], vocabulary.encode("é")[0]] = 8.5
    decoder = LineDecoder(vocabulary, DecodingConfig(), "beam")
    assert decoder.decode(logits, known=decoder.language_of([logits], "fr")).text == expected
