import shutil
from pathlib import Path

import pytest

from text_recognizer.inference import artifacts
from text_recognizer.inference.own_models import MODELS_DIR_VARIABLE, own_models_dir


def test_the_variable_names_the_folder_else_it_lies_in_the_users_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS_DIR_VARIABLE, str(tmp_path / "mine"))
    assert own_models_dir() == tmp_path / "mine"
    monkeypatch.delenv(MODELS_DIR_VARIABLE)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr("sys.platform", "linux")
    assert own_models_dir() == tmp_path / "share" / "text_recognizer" / "models"
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert own_models_dir() == tmp_path / "Library" / "Application Support" / "text_recognizer" / "models"


def test_own_models_are_found_by_name_beside_the_shipped_ones(
    tiny_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS_DIR_VARIABLE, str(tmp_path / "own"))
    shutil.copytree(tiny_weights / "tiny_line", tmp_path / "own" / "mine")
    assert "mine" in artifacts.available()
    assert "mine" not in artifacts.available(tiny_weights)
    assert artifacts.find("mine", "line").path.parent == tmp_path / "own" / "mine"
    assert artifacts.home_of("mine") == tmp_path / "own"
    assert artifacts.home_of("tiny_line", tiny_weights) == tiny_weights
    assert "mine" in artifacts.runnable()
