"""Characters are read by a hand-made model and, on images that the repository draws, by the shipped ones.

The bounds hold for any sensible weights, not for those of one training; exact scores are held by the gates in
`evaluation/thresholds.json`.
"""

import functools
from pathlib import Path

import numpy as np
import pytest

from text_recognizer import character_predictor
from text_recognizer.arrays import GrayImage
from text_recognizer.character_predictor import DEFAULT_CHARACTER_MODEL, CharacterPredictor
from text_recognizer.errors import ArtifactError
from text_recognizer.tests import tiny_models
from text_recognizer.tests.drawn_images import SHIPPED, VARIANTS, drawn, named

MODELS = [name for name in SHIPPED if name.startswith("CharacterModel_")]

UPRIGHT = np.full((90, 60), 240, np.uint8)
UPRIGHT[10:80, 20:30] = 30
LEVEL = UPRIGHT.T.copy()


@pytest.fixture(scope="module")
def predictor(tiny_weights: Path) -> CharacterPredictor:
    return CharacterPredictor("tiny_character", tiny_weights)


@pytest.mark.parametrize(("image", "character"), [(UPRIGHT, "l"), (LEVEL, "-"), (255 - UPRIGHT, "l")])
def test_reads_a_character(predictor: CharacterPredictor, image: GrayImage, character: str) -> None:
    prediction = predictor.predict(image)
    assert prediction.character == character
    assert 0.9 < prediction.confidence <= 1


def test_batches_keep_the_order(monkeypatch: pytest.MonkeyPatch, predictor: CharacterPredictor) -> None:
    monkeypatch.setattr(character_predictor, "MAX_BATCH", 2)
    images = [UPRIGHT, LEVEL, LEVEL, UPRIGHT, LEVEL]
    assert [p.character for p in predictor.predict_batch(images)] == list("l--l-")
    assert predictor.predict_batch([]) == []


def test_confidence_is_a_probability_on_a_blank_image(predictor: CharacterPredictor) -> None:
    assert predictor.predict(np.full((30, 30), 255, np.uint8)).confidence == pytest.approx(0.5)


def test_model_that_does_not_fit_its_vocabulary_is_refused(tmp_path: Path) -> None:
    name = tiny_models.write_character_artifact(tmp_path)
    manifest = tmp_path / name / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"l-"', '"l-x"'))
    with pytest.raises(ArtifactError, match="tiny_character"):
        CharacterPredictor(name, tmp_path).predict(UPRIGHT)


# --- the shipped models ---


shipped = functools.cache(CharacterPredictor)


def test_the_default_model_is_shipped() -> None:
    assert DEFAULT_CHARACTER_MODEL in MODELS


@pytest.mark.parametrize("model", MODELS)
def test_the_characters_named_in_2019_are_read_and_sure(model: str) -> None:
    assert [text for _, text in named("emnist")] == ["8", "U", "e"]
    for path, text in named("emnist"):
        prediction = shipped(model).predict(path)
        assert prediction.character == text
        assert prediction.confidence > 0.7


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("model", MODELS)
def test_drawn_characters_are_read(model: str, variant: str) -> None:
    images, texts = zip(*drawn("character"), strict=True)
    predictions = shipped(model).predict_batch([VARIANTS[variant](image) for image in images])
    right = [p for p, text in zip(predictions, texts, strict=True) if p.character == text]
    assert len(right) >= len(texts) - 2
    assert all(0.3 < p.confidence <= 1 for p in right)
