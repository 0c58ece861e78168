import json
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.decoding.config import DecodingConfig
from text_recognizer.decoding.language_model import languages
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.tests import tiny_models
from text_recognizer.vocabulary import Vocabulary
from text_recognizer.word_predictor import WordPredictor
from training.decoding import tune_words as module
from training.decoding.line_logits import LineLogits
from training.decoding.tune_words import calibrate_words, main, tune_words
from training.language_model.kneser_ney import estimate

VOCABULARY = Vocabulary("ab")


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[LineLogits]:
    """Words abab whose second b is faint in half of them, and a language model that knows them."""
    model = LanguageModel("ab", *estimate(["abab"] * 6, VOCABULARY, 3, [1, 1, 1]), words=("abab",))
    for each in (module, languages):
        monkeypatch.setattr(each, "load_language_model", lambda *_, **__: model)
    clear = np.array([[0.01, 0.98, 0.01], [0.98, 0.01, 0.01], [0.01, 0.01, 0.98], [0.98, 0.01, 0.01]] * 2)
    faint = clear.copy()
    faint[6] = [0.01, 0.55, 0.44]
    return [LineLogits(str(i), "abab", np.log([clear, faint][i // 2 % 2])) for i in range(12)]


@pytest.mark.slow
def test_words_are_read_better_with_the_language_model(words: list[LineLogits]) -> None:
    config, measured = tune_words(VOCABULARY, words, "toy")
    assert measured["beam"]["wer"] == 0
    assert measured["greedy"]["wer"] == 0.5
    assert config.language_model == "toy"
    assert config.calibration.keys() == {"greedy", "beam"}


def test_confidence_becomes_the_share_of_right_words(words: list[LineLogits]) -> None:
    found, errors = calibrate_words(VOCABULARY, DecodingConfig(), "greedy", words * 20)
    faint, clear = found.word.apply([0.5, 0.9])
    assert faint < 0.2
    assert clear > 0.8
    assert errors["ece_after"] < errors["ece_before"]


@pytest.mark.slow
def test_command_saves_what_the_predictor_reads(
    words: list[LineLogits], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = tiny_models.write_word_artifact(tmp_path)
    predictor = WordPredictor(name, tmp_path)
    monkeypatch.setattr(module, "WordPredictor", lambda *_, **__: predictor)
    monkeypatch.setattr(
        module, "validation_words", lambda *_: Split(["1"], [np.zeros((64, 128), np.uint8)], ["abab"])
    )
    monkeypatch.setattr(module, "word_logits", lambda *_: words)
    assert main([name, "--save"]) == 0
    content = json.loads((tmp_path / name / "decoding.json").read_text())
    assert content["measured"]["beam"]["wer"] == 0
    assert WordPredictor(name, tmp_path).decoder.decoder == "beam"
