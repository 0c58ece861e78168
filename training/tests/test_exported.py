"""Weights to start from are found by name or folder, and may be pinned by their digest."""

from pathlib import Path

import pytest

from text_recognizer.errors import ArtifactError
from text_recognizer.files import sha256_of
from training.exported import weights_folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The folder of a model that only looks like one."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights.h5").write_bytes(b"weights")
    (folder / "manifest.json").write_text("{}")
    return folder


def test_a_model_is_found_by_name_and_by_folder(model: Path) -> None:
    assert weights_folder("model", model.parent) == weights_folder(str(model)) == model


def test_unknown_weights_list_the_known(model: Path) -> None:
    with pytest.raises(ArtifactError, match="one of model.*received 'other'"):
        weights_folder("other", model.parent)


def test_a_pinned_model_must_have_the_stated_digest(model: Path) -> None:
    digest = sha256_of(model / "weights.h5")
    assert weights_folder(f"model@sha256:{digest}", model.parent) == model
    assert weights_folder(f"{model}@sha256:{digest}") == model
    (model / "weights.h5").write_bytes(b"others")
    with pytest.raises(ArtifactError, match=f"expected {digest}. The model has been replaced"):
        weights_folder(f"model@sha256:{digest}", model.parent)
