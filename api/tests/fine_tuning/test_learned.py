"""Models that were taught are listed, loaded when they are asked for, and removed."""

from pathlib import Path

import pytest

from api.fine_tuning.learned import INT8, LearnedModels, model_name
from text_recognizer import LineDetector
from text_recognizer.errors import InvalidInputError
from text_recognizer.tests import tiny_models


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's own folder of models: hand-anna twice, hand-bert, and one of another name."""
    folder = tmp_path / "models"
    monkeypatch.setenv("TEXT_RECOGNIZER_MODELS_DIR", str(folder))
    for name in ("hand-anna", f"hand-anna{INT8}", "hand-bert", "private"):
        (tmp_path / tiny_models.write_line_artifact(tmp_path, [0.4], "b")).rename(_made(folder) / name)
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def learned(models: Path, tmp_path: Path) -> LearnedModels:
    return LearnedModels(LineDetector(tiny_models.write_detector_artifact(tmp_path), tmp_path), threads=1)


def test_only_taught_models_are_offered(learned: LearnedModels) -> None:
    assert learned.names() == [f"hand-anna{INT8}", "hand-bert"]
    assert [each.name for each in learned.artifacts()] == learned.names()
    assert learned.recognizer("private") is None
    assert learned.recognizer("../private") is None


def test_a_model_is_loaded_once(learned: LearnedModels) -> None:
    first = learned.recognizer("hand-bert")
    assert first is not None
    assert first.line_predictor.artifact.name == "hand-bert"
    assert learned.recognizer("hand-bert") is first


def test_removing(learned: LearnedModels, models: Path) -> None:
    assert learned.remove(f"hand-anna{INT8}")
    assert not learned.remove("private")
    assert sorted(path.name for path in models.iterdir()) == ["hand-bert", "private"]


def test_names() -> None:
    assert model_name("anna-2") == "hand-anna-2"
    for name in ("", "Anna", "../x", "-a", "a" * 32, "é"):
        with pytest.raises(InvalidInputError, match="31 characters"):
            model_name(name)
