import dataclasses
import hashlib
import json
from pathlib import Path

import keras
import numpy as np
import onnx
import pytest

from text_recognizer.errors import ArtifactError
from text_recognizer.inference import artifacts
from text_recognizer.networks import NETWORKS
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.export import install as install_module
from training.export.install import Provenance, install
from training.weights_file import read_half_weights

pytestmark = pytest.mark.xdist_group("exported")  # in one process, which exports it once


def test_manifest_describes_the_files(
    exported: Path, provenance: Provenance, line_network: keras.Model
) -> None:
    assert sorted(path.name for path in exported.iterdir()) == ["manifest.json", "model.onnx", "weights.h5"]
    manifest = json.loads((exported / "manifest.json").read_text())
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((exported / name).read_bytes()).hexdigest() == digest
    assert set(manifest["sha256"]) == {"model.onnx", "weights.h5"}
    assert manifest["name"] == exported.name == "LineModelCtc_Drawn_line_lstm_ctc"
    assert manifest["input"] == {"kind": "line", "height": 16, "width": None, "downsampling": 4}
    assert 0 <= manifest["parity_max_difference"] <= 1e-4
    assert manifest["parameters"] == line_network.count_params()
    for key in ("experiment", "commit", "data_hash", "scores", "vocabulary", "model", "dataset", "network"):
        assert manifest[key] == getattr(provenance, key)


def test_serving_half_accepts_the_artifact(exported: Path) -> None:
    artifact = artifacts.find(exported.name, "line", exported.parent)
    assert artifact.characters == LINE_CHARACTERS
    assert artifact.input == artifacts.InputSpec("line", 16, None, 4)


@pytest.fixture
def without_export(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes `install` write something else for model.onnx, where only what lies beside it matters."""
    monkeypatch.setattr(install_module, "to_onnx", lambda network, path: path.write_bytes(b"new"))
    monkeypatch.setattr(install_module, "check_parity", lambda *_: 0.0)


@pytest.mark.usefixtures("without_export")
def test_normalization_of_the_data_is_asked_for_in_the_manifest(
    line_network: keras.Model, provenance: Provenance, tmp_path: Path
) -> None:
    folder = install(line_network, dataclasses.replace(provenance, normalize=True), weights_dir=tmp_path)
    assert artifacts.find(folder.name, "line", tmp_path).input.normalize
    assert "normalize" not in json.loads((folder / "manifest.json").read_text())


def test_exported_weights_fit_a_rebuilt_network(exported: Path, line_network: keras.Model) -> None:
    rebuilt = NETWORKS["line_lstm_ctc"]((16, None, 1), (None, 80), lstm_dim=4)
    rebuilt.set_weights(read_half_weights(exported / "weights.h5", rebuilt))
    batch = np.random.default_rng(0).random((2, 16, 80, 1)).astype(np.float32)
    np.testing.assert_allclose(
        rebuilt.predict_on_batch(batch), line_network.predict_on_batch(batch), atol=0.02
    )


def test_broken_parity_installs_nothing_and_keeps_the_old_model(
    exported: Path, line_network: keras.Model, provenance: Provenance, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (exported / "manifest.json").read_bytes()

    def wrong_export(network: keras.Model, path: Path) -> None:
        graph = onnx.load(exported / "model.onnx")
        for tensor in graph.graph.initializer:
            values = onnx.numpy_helper.to_array(tensor)
            if values.dtype == np.float32 and values.shape == (8, 80):  # the kernel of the logits
                tensor.CopyFrom(onnx.numpy_helper.from_array(values + np.float32(0.001), tensor.name))
        onnx.save(graph, path)

    monkeypatch.setattr(install_module, "to_onnx", wrong_export)
    with pytest.raises(ArtifactError, match="a difference of"):
        install(line_network, provenance, weights_dir=exported.parent)
    assert (exported / "manifest.json").read_bytes() == before
    assert [path.name for path in exported.parent.iterdir()] == [exported.name]


@pytest.mark.usefixtures("without_export")
def test_a_new_export_replaces_the_old_one(provenance: Provenance, tmp_path: Path) -> None:
    network = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    (tmp_path / "X").mkdir()
    (tmp_path / "X" / "stale").write_text("old")
    (tmp_path / "X" / "README.md").write_text("a model card")
    assert install(network, provenance, "X", weights_dir=tmp_path) == tmp_path / "X"
    assert [path.name for path in tmp_path.iterdir()] == ["X"]
    assert not (tmp_path / "X" / "stale").exists()
    assert (tmp_path / "X" / "README.md").read_text() == "a model card", "people write it"
    assert (tmp_path / "X" / "model.onnx").read_bytes() == b"new"
