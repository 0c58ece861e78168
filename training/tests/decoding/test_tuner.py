import numpy as np
import pytest

from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.vocabulary import Vocabulary
from training.decoding.line_logits import LineLogits
from training.decoding.tuner import Goal, Score, Tuner, compare
from training.language_model.kneser_ney import estimate

VOCABULARY = Vocabulary("ab")
LINES = Goal("cer", least_gain=0.0002, milliseconds=8.0, widths=(8, 16, 24, 32))


@pytest.fixture
def model() -> LanguageModel:
    return LanguageModel("ab", *estimate(["abab", "ababab"] * 3, VOCABULARY, 3, [1, 1, 1]))


def tuner_of(model: LanguageModel, goal: Goal) -> Tuner:
    return Tuner([], VOCABULARY, model, Lexicon([], VOCABULARY), goal)


def test_least_work_that_is_as_good_and_fast_enough_is_taken(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = {8: 0.1, 16: 0.05, 24: 0.0499, 32: 0.01}
    milliseconds = {8: 3.0, 16: 5.0, 24: 7.0, 32: 30.0}

    def score(config: BeamSearchConfig) -> Score:
        hasty = 0.02 if config.blank_threshold < 0.99 else 0.0
        return Score(errors.get(config.width, 0.5) + hasty, 0.5, milliseconds.get(config.width, 9.0))

    tuner = tuner_of(model, LINES)
    monkeypatch.setattr(tuner, "score", score)
    found = tuner.tune(BeamSearchConfig())
    assert (found.width, found.blank_threshold, found.greedy_above) == (16, 0.99, 1.0)


def test_goal_says_which_errors_count(model: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    few_characters, few_words = BeamSearchConfig(lm_weight=0.1), BeamSearchConfig(lm_weight=0.9)
    scores = {0.1: Score(0.1, 0.9, 1.0), 0.9: Score(0.2, 0.3, 1.0)}
    for goal, best in ((LINES, few_characters), (Goal("wer", 0.0, 8.0, (8,)), few_words)):
        tuner = tuner_of(model, goal)
        monkeypatch.setattr(tuner, "score", lambda config: scores[config.lm_weight])
        assert tuner.best([few_characters, few_words]) == best


def test_sure_texts_are_searched_only_if_that_helps(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = {0.5: 0.4, 0.8: 0.3, 1.0: 0.3}
    tuner = tuner_of(model, Goal("wer", 0.001, 8.0, (8,), greedy_above=(0.5, 0.8, 1.0)))
    monkeypatch.setattr(tuner, "score", lambda config: Score(0.1, rates[config.greedy_above], 1.0))
    assert tuner.tune(BeamSearchConfig()).greedy_above == 0.8


def test_decoders_are_compared_on_the_same_lines(model: LanguageModel) -> None:
    faint = np.log(np.array([[0.01, 0.98, 0.01], [0.98, 0.01, 0.01], [0.01, 0.5, 0.49]] * 2, np.float32))
    beam, scores = compare([LineLogits("1", "abab", faint)], VOCABULARY, model, LINES)
    assert scores.keys() == {"greedy", "beam_without_language_model", "beam"}
    assert scores["beam"].wer == 0 < scores["greedy"].wer
    assert beam.lm_weight > 0
