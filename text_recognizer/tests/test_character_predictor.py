from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from text_recognizer import character_predictor
from text_recognizer.character_predictor import CharacterPredictor
from text_recognizer.errors import ArtifactError
from text_recognizer.tests import tiny_models

UPRIGHT = np.full((90, 60), 240, np.uint8)
UPRIGHT[10:80, 20:30] = 30
LEVEL = UPRIGHT.T.copy()


@pytest.fixture(scope="module")
def predictor(tiny_weights: Path) -> CharacterPredictor:
    return CharacterPredictor("tiny_character", tiny_weights)


@pytest.mark.parametrize(("image", "character"), [(UPRIGHT, "l"), (LEVEL, "-"), (255 - UPRIGHT, "l")])
def test_reads_a_character(
    predictor: CharacterPredictor, image: npt.NDArray[np.uint8], character: str
) -> None:
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
