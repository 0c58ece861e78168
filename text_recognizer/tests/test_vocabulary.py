import numpy as np
import pytest

from text_recognizer.errors import ConfigError, VocabularyError
from text_recognizer.vocabulary import (
    BLANK,
    EMNIST_CHARACTERS,
    LATIN_CHARACTERS,
    LINE_CHARACTERS,
    VOCABULARIES,
    Vocabulary,
    base_of,
    characters_of,
    folded,
    known_form,
    vocabulary_name,
)


def test_labels_follow_the_order_of_the_characters() -> None:
    vocabulary = Vocabulary("ab ")
    assert len(vocabulary) == 4
    labels = vocabulary.encode("b a")
    assert labels.dtype == np.int32
    assert labels.tolist() == [2, 3, 1]
    assert "a" in vocabulary
    assert "c" not in vocabulary


def test_texts_come_back_and_blanks_are_dropped() -> None:
    vocabulary = Vocabulary(LINE_CHARACTERS)
    assert vocabulary.decode(vocabulary.encode(LINE_CHARACTERS)) == LINE_CHARACTERS
    assert Vocabulary("ab").decode([BLANK, 1, BLANK, 1, 2]) == "aab"
    assert vocabulary.encode("").shape == (0,)


def test_lines_have_the_characters_of_emnist_first() -> None:
    assert len(EMNIST_CHARACTERS) == 62
    assert LINE_CHARACTERS.startswith(EMNIST_CHARACTERS)
    assert len(LINE_CHARACTERS) == 79


def test_what_is_unknown_is_named() -> None:
    vocabulary = Vocabulary("ab")
    assert vocabulary.unknown("cabédc") == "cdé"
    with pytest.raises(VocabularyError, match="'cé' in 'cabé'"):
        vocabulary.encode("cabé")
    with pytest.raises(VocabularyError, match=r"\['a', 'b'\] occur more than once"):
        Vocabulary("abcba")


@pytest.mark.parametrize("label", [-1, 3])
def test_labels_outside_are_refused(label: int) -> None:
    with pytest.raises(VocabularyError, match=f"0-2; received {label}"):
        Vocabulary("ab").decode([1, label])


@pytest.mark.parametrize(("name", "count"), [("line", 79), ("alphanumeric", 36), ("printable", 94)])
def test_named_vocabularies_have_each_character_once(name: str, count: int) -> None:
    characters = VOCABULARIES[name]
    assert len(Vocabulary(characters)) == count + 1
    assert characters.isascii()
    assert characters.isprintable()


def test_words_have_no_space_and_only_the_longer_vocabulary_has_upper_case() -> None:
    assert VOCABULARIES["alphanumeric"] == VOCABULARIES["alphanumeric"].lower()
    assert set(VOCABULARIES["alphanumeric"]) < set(VOCABULARIES["printable"])
    assert not {" "} & (set(VOCABULARIES["alphanumeric"]) | set(VOCABULARIES["printable"]))


def test_a_vocabulary_is_found_by_its_name_with_more_characters() -> None:
    assert characters_of("line") == LINE_CHARACTERS
    assert characters_of("line+\u0151%") == LINE_CHARACTERS + "\u0151%"
    assert vocabulary_name(LINE_CHARACTERS + "\u0151") == "line+\u0151"
    assert vocabulary_name(LATIN_CHARACTERS) == "latin"
    for name in ("latn", "line+a", "+ab"):
        with pytest.raises(ConfigError, match="vocabulary"):
            characters_of(name)
    with pytest.raises(VocabularyError, match="begins"):
        vocabulary_name("xyz")


def test_the_larger_alphabet_fits_language_models_and_begins_with_the_smaller() -> None:
    assert LATIN_CHARACTERS.startswith(LINE_CHARACTERS)
    assert len(LATIN_CHARACTERS) == 125
    assert set("$%=@&#+*[]\u20ac\u00a3\u00a7\u2610\u2611\u00e9\u00df") <= set(LATIN_CHARACTERS)


def test_characters_have_the_base_that_they_look_like() -> None:
    assert [base_of(character) for character in "\u00e9\u00c4\u0153\u20ac[a\u2610"] == [
        "e",
        "A",
        "o",
        "E",
        "(",
        None,
        None,
    ]


def test_characters_become_what_they_look_like_or_are_left_out() -> None:
    known = "abc "
    assert folded("ab \u00e0\u00e7 \u4e2d@", known) == "ab ac a"
    assert [known_form(character, known) for character in "aàz"] == ["a", "a", None]
    assert folded("é", "eé") == "é"
