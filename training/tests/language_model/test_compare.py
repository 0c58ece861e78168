"""The language model that explains readings best is chosen; what a vocabulary lacks is folded."""

import numpy as np

from text_recognizer.decoding.beam_search import BeamSearchConfig
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.language_model.ngram_file import decode_ngrams, encode_ngrams
from text_recognizer.vocabulary import Vocabulary
from training.language_model.compare import best_explaining, folded, readings
from training.language_model.kneser_ney import estimate

VOCABULARY = Vocabulary("abc ")


def language_model(lines: list[str]) -> LanguageModel:
    return LanguageModel("abc ", *decode_ngrams(encode_ngrams(*estimate(lines, VOCABULARY, 2, [1, 1]))))


MODELS = {"ab": language_model(["abab", "ab ab"]), "cb": language_model(["cbcb", "cb cb"])}


def test_characters_become_what_they_look_like_or_are_left_out() -> None:
    assert folded("ab \u00e0\u00e7 \u4e2d@", VOCABULARY) == "ab ac a"


def test_texts_choose_the_model_to_which_they_are_most_probable() -> None:
    assert best_explaining(["ab", "abab"], MODELS, VOCABULARY) == "ab"
    assert best_explaining(["cb ab", "cb"], MODELS, VOCABULARY) == "cb"


def test_a_page_is_read_with_the_model_that_was_chosen_for_it() -> None:
    logits = 8 * np.eye(5, dtype=np.float32)[[3, 0, 2, 0]]  # c, blank, b, blank
    found = readings([logits], MODELS, BeamSearchConfig(), VOCABULARY)
    assert found["greedy"] == ["cb"]
    assert found["chosen"] == found["cb"]
