from pathlib import Path

import numpy as np
import pytest

from text_recognizer.decoding.language_model import languages
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.tests import tiny_models
from text_recognizer.vocabulary import Vocabulary
from training.decoding import tune as tune_module
from training.decoding.line_logits import LineLogits
from training.decoding.tune import tune
from training.language_model.kneser_ney import estimate

VOCABULARY = Vocabulary("ab")


@pytest.fixture
def model() -> LanguageModel:
    return LanguageModel("ab", *estimate(["abab", "ababab"] * 3, VOCABULARY, 3, [1, 1, 1]))


@pytest.fixture
def predictor(tmp_path: Path) -> LinePredictor:
    return LinePredictor(tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], "ab"), tmp_path)


@pytest.fixture
def lines() -> list[LineLogits]:
    """Lines of ab... whose b are faint."""
    generator = np.random.default_rng(0)
    made = []
    for number in range(6):
        probabilities = np.full((12, 3), 0.01)
        for frame in range(0, 12, 4):
            probabilities[frame, 1], probabilities[frame + 1, 0] = 0.98, 0.98
            b = generator.uniform(0.35, 0.6)
            probabilities[frame + 2, 1:] = 0.98 - b, b
            probabilities[frame + 3, 0] = 0.98
        made.append(LineLogits(str(number), "ababab", np.log(probabilities).astype(np.float32)))
    return made


@pytest.mark.slow
def test_language_model_is_found_to_help(
    model: LanguageModel, lines: list[LineLogits], monkeypatch: pytest.MonkeyPatch, predictor: LinePredictor
) -> None:
    for module in (tune_module, languages):
        monkeypatch.setattr(module, "load_language_model", lambda *_, **__: model)
    config, measured = tune(predictor, [lines], [], "toy")
    assert config.beam.lm_weight > 0
    assert config.calibration.keys() == {"greedy", "beam"}
    assert measured["beam"]["cer"] == 0 < measured["greedy"]["cer"]
    assert measured["calibration_beam"].keys() == {"character", "word", "line", "number", "text"}
