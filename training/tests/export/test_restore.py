"""A model that is kept as weights.h5 alone gets its model.onnx back."""

import json
import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.decoding.config import DecodingConfig, read_decoding
from text_recognizer.errors import ArtifactError
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import MANIFEST, ONNX, RESTORED, WEIGHTS
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.tests.drawn_images import drawn
from training.export import restore as module
from training.export.restore import main, restore
from training.tests.conftest import draw

pytestmark = pytest.mark.xdist_group("tiny_installed")  # in one process, which exports it once

LINE = (draw("decade") / 255).astype(np.float32)


@pytest.fixture(scope="module")
def restored(tiny_installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models whose model `tiny` lost its model.onnx and was restored."""
    folder = Path(shutil.copytree(tiny_installed, tmp_path_factory.mktemp("kept") / "weights"))
    digest = json.loads((folder / "tiny" / MANIFEST).read_text())["sha256"][ONNX]
    decoding = {"model_sha256": digest, **DecodingConfig(language_model="its-own").to_dict()}
    (folder / "tiny" / "decoding.json").write_text(json.dumps(decoding))
    (folder / "tiny" / ONNX).unlink()
    assert restore("tiny", folder) == folder / RESTORED / "tiny"
    return folder


@pytest.fixture
def kept(restored: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    return Path(shutil.copytree(restored, tmp_path / "weights"))


def test_a_restored_model_reads_as_before(restored: Path, tiny_installed: Path) -> None:
    (before,), (after,) = (
        LinePredictor("tiny", folder, threads=1, decoder="greedy").predict_logits([LINE])
        for folder in (tiny_installed, restored)
    )
    assert 0 < np.abs(after - before).max() < 0.02 * np.ptp(before)  # half precision
    assert artifacts.available(restored) == ["tiny"]


def test_the_tuned_decoding_goes_with_it(restored: Path) -> None:
    artifact = artifacts.find("tiny", "line", restored)
    assert artifact.path == restored / RESTORED / "tiny" / ONNX
    assert read_decoding(artifact.path.parent, artifact.sha256).language_model == "its-own"


def test_without_it_the_command_is_named(kept: Path) -> None:
    shutil.rmtree(kept / RESTORED)
    with pytest.raises(ArtifactError, match="python -m training.export.restore tiny"):
        artifacts.find("tiny", "line", kept)


def test_it_is_made_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "to_onnx", lambda *_: pytest.fail("it is there"))
    assert restore("tiny", kept) == kept / RESTORED / "tiny"


def test_that_of_other_weights_is_not_used(kept: Path) -> None:
    manifest = json.loads((kept / "tiny" / MANIFEST).read_text())
    manifest["sha256"][WEIGHTS] = "0" * 64
    (kept / "tiny" / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ArtifactError, match="restore tiny"):
        artifacts.find("tiny", "line", kept)
    with pytest.raises(ArtifactError, match="damaged"):
        restore("tiny", kept)


def test_a_model_with_its_onnx_stays_as_it_is(weights: Path) -> None:
    assert restore("tiny", weights) == weights / "tiny"
    assert not (weights / RESTORED).exists()


def test_the_command_restores_what_is_named_or_all_that_need_it(
    kept: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    made: list[str] = []

    def record(name: str) -> Path:
        made.append(name)
        return kept

    monkeypatch.setattr(module, "restore", record)
    monkeypatch.setattr(module, "available", lambda *_: ["tiny", "complete"])
    monkeypatch.setattr(module, "runnable", lambda *_: ["complete"])
    assert main([]) == main(["another"]) == 0
    assert made == ["tiny", "another"]
    monkeypatch.setattr(module, "restore", restore)
    assert main(["nobody"]) == 1
    assert "nobody" in caplog.text


def test_the_shipped_model_without_its_onnx_can_be_restored(tmp_path: Path) -> None:
    name = "LineModelCtc_IamLinesDataset_line_conv_ctc"
    shutil.copytree(
        artifacts.WEIGHTS_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("model.onnx")
    )
    restore(name, tmp_path)
    images, texts = zip(*drawn("line"), strict=True)
    read = LinePredictor(name, tmp_path, decoder="greedy").predict_batch(images)
    assert character_error_rate([line.text for line in read], texts) <= 0.15
