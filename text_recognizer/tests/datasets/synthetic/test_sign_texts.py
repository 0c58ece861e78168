import numpy as np

from text_recognizer.datasets.synthetic.sign_texts import accented, accents_of, sign_text
from text_recognizer.vocabulary import LATIN_CHARACTERS, LINE_CHARACTERS


def test_all_signs_of_the_vocabulary_occur_and_no_others() -> None:
    rng = np.random.default_rng(0)
    text = "".join(sign_text(rng, LATIN_CHARACTERS) or "" for _ in range(600))
    assert set(LATIN_CHARACTERS[len(LINE_CHARACTERS) :][:12]) <= set(text)
    assert set(text) <= set(LATIN_CHARACTERS)
    assert sign_text(rng, "abc") is None


def test_letters_get_the_accents_of_the_vocabulary() -> None:
    variants = accents_of(LATIN_CHARACTERS)
    assert set(variants["e"]) == set("\u00e8\u00e9\u00ea\u00eb")
    assert not accents_of(LINE_CHARACTERS)
    text = accented(np.random.default_rng(0), "eeeeeeeeee xyz" * 40, variants)
    assert len(text) == 14 * 40
    assert set(text) == set("e\u00e8\u00e9\u00ea\u00eb xyz")


def test_capitals_have_accents_more_often_since_they_are_rare() -> None:
    variants = accents_of(LATIN_CHARACTERS)
    text = accented(np.random.default_rng(0), "Ee" * 1000, variants)
    assert 550 < sum(character in "\u00c8\u00c9\u00ca\u00cb" for character in text) < 650
    assert 110 < sum(character in "\u00e8\u00e9\u00ea\u00eb" for character in text) < 190
