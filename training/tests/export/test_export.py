import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.decoding.greedy import best_path
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.files import write_json
from text_recognizer.inference import artifacts
from text_recognizer.inference.session import Session
from text_recognizer.networks import NETWORKS
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.build import build_model
from training.config import ExperimentConfig
from training.export import export as export_module
from training.export import parity
from training.export.export import Provenance, export, export_run
from training.export.onnx_export import to_onnx
from training.fitting.checkpoints import save_checkpoint
from training.weights_file import read_half_weights


@pytest.fixture(scope="module")
def line_network() -> keras.Model:
    """A convolutional LSTM network whose batch normalisation is not the identity."""
    keras.utils.set_random_seed(3)
    network = NETWORKS["line_lstm_ctc"]((16, None, 1), (None, 80), lstm_dim=4)
    rng = np.random.default_rng(0)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_mean.assign(rng.normal(0, 0.1, layer.moving_mean.shape))
            layer.moving_variance.assign(rng.uniform(0.1, 2, layer.moving_variance.shape))
    return network


@pytest.fixture(scope="module")
def provenance() -> Provenance:
    return Provenance(
        model="LineModelCtc",
        dataset="Drawn",
        network="line_lstm_ctc",
        kind="line",
        vocabulary=LINE_CHARACTERS,
        downsampling=4,
        experiment={"network": "line_lstm_ctc", "network_args": {"lstm_dim": 4}},
        commit="abc",
        data_hash="def",
        epoch=3,
        scores={"cer": 0.5},
    )


@pytest.fixture(scope="module")
def exported(
    line_network: keras.Model, provenance: Provenance, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    rng = np.random.default_rng(1)
    samples = [rng.integers(0, 256, (16, width), np.uint8) for width in (20, 333, 64)]
    return export(line_network, provenance, samples=samples, weights_dir=tmp_path_factory.mktemp("weights"))


@pytest.mark.parametrize(("count", "width"), [(1, 5), (1, 64), (4, 127), (2, 900)])
def test_export_computes_what_keras_computes(
    exported: Path, line_network: keras.Model, count: int, width: int
) -> None:
    batch = np.random.default_rng(width).random((count, 16, width, 1)).astype(np.float32)
    expected, received = line_network.predict_on_batch(batch), Session(exported / "model.onnx").run(batch)
    assert received.shape == (count, -(-width // 4), 80)
    np.testing.assert_allclose(received, expected, atol=1e-5)
    assert [best_path(row) for row in received] == [best_path(row) for row in expected]


def test_export_has_one_named_input_and_output_with_free_batch_and_width(exported: Path) -> None:
    graph = onnx.load(exported / "model.onnx").graph

    def axes(value: Any) -> list[Any]:
        return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]

    assert [(v.name, axes(v)) for v in graph.input] == [("image", ["batch", 16, "width", 1])]
    assert [(v.name, axes(v)) for v in graph.output] == [("logits", ["batch", "frames", 80])]


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


def test_straightening_of_the_data_is_asked_for_in_the_manifest(
    line_network: keras.Model, provenance: Provenance, tmp_path: Path
) -> None:
    folder = export(line_network, dataclasses.replace(provenance, normalize=True), weights_dir=tmp_path)
    assert artifacts.find(folder.name, "line", tmp_path).input.normalize
    assert "normalize" not in json.loads((folder / "manifest.json").read_text())


def test_exported_weights_fit_a_rebuilt_network(exported: Path, line_network: keras.Model) -> None:
    rebuilt = NETWORKS["line_lstm_ctc"]((16, None, 1), (None, 80), lstm_dim=4)
    rebuilt.set_weights(read_half_weights(exported / "weights.h5", [w.shape for w in rebuilt.weights]))
    batch = np.random.default_rng(0).random((2, 16, 80, 1)).astype(np.float32)
    np.testing.assert_allclose(
        rebuilt.predict_on_batch(batch), line_network.predict_on_batch(batch), atol=0.02
    )


def test_broken_parity_installs_nothing_and_keeps_the_old_model(
    exported: Path, line_network: keras.Model, provenance: Provenance, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (exported / "manifest.json").read_bytes()

    def wrong_export(network: keras.Model, path: Path) -> None:
        to_onnx(network, path)
        graph = onnx.load(path)
        for tensor in graph.graph.initializer:
            values = onnx.numpy_helper.to_array(tensor)
            if values.dtype == np.float32 and values.shape == (8, 80):  # the kernel of the logits
                tensor.CopyFrom(onnx.numpy_helper.from_array(values + np.float32(0.001), tensor.name))
        onnx.save(graph, path)

    monkeypatch.setattr(export_module, "to_onnx", wrong_export)
    with pytest.raises(ArtifactError, match="a difference of"):
        export(line_network, provenance, weights_dir=exported.parent)
    assert (exported / "manifest.json").read_bytes() == before
    assert [path.name for path in exported.parent.iterdir()] == [exported.name]


def test_wrong_downsampling_is_refused(exported: Path, line_network: keras.Model) -> None:
    with pytest.raises(ArtifactError, match="Expected 1 frames for 8 columns .*; received 2"):
        parity.check_parity(line_network, exported / "model.onnx", downsampling=8)


def test_a_new_export_replaces_the_old_one(
    provenance: Provenance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "to_onnx", lambda network, path: path.write_bytes(b"new"))
    monkeypatch.setattr(export_module, "check_parity", lambda *_: 0.0)
    network = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    (tmp_path / "X").mkdir()
    (tmp_path / "X" / "stale").write_text("old")
    (tmp_path / "X" / "README.md").write_text("a model card")
    assert export(network, provenance, "X", weights_dir=tmp_path) == tmp_path / "X"
    assert [path.name for path in tmp_path.iterdir()] == ["X"]
    assert not (tmp_path / "X" / "stale").exists()
    assert (tmp_path / "X" / "README.md").read_text() == "a model card", "people write it"
    assert (tmp_path / "X" / "model.onnx").read_bytes() == b"new"


def test_networks_in_mixed_precision_are_refused(tmp_path: Path) -> None:
    network = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(1, 3, dtype="mixed_bfloat16")])
    with pytest.raises(ArtifactError, match="float32"):
        to_onnx(network, tmp_path / "model.onnx")


def test_differing_text_is_refused_even_within_the_tolerance() -> None:
    # The best two logits are a tie but for the last bit: the difference is tiny, the text is not.
    expected = np.array([[[0.0, 1.0, 1.0 + 1e-5]]], np.float32)
    received = np.array([[[0.0, 1.0 + 1e-5, 1.0]]], np.float32)
    with pytest.raises(ArtifactError, match="equal text"):
        parity._compare(expected, received, expected.shape)
    with pytest.raises(ArtifactError, match="equal classes"):
        parity._compare(expected[0], received[0], expected.shape)
    assert parity._compare(expected[None], received[None], expected.shape) < 1e-4


def test_not_a_number_is_refused() -> None:
    logits = np.zeros((1, 2, 3), np.float32)
    with pytest.raises(ArtifactError, match="nan"):
        parity._compare(logits, logits * np.nan, logits.shape)


class DrawnLines(Dataset):
    """Noise for lines, to export with."""

    def __init__(self, width: int | None = None) -> None:
        self.width = width

    @property
    def input_shape(self) -> tuple[int | None, int | None, int]:
        return (16, self.width, 1)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        return (None, 80)

    def load_or_generate_data(self) -> None:
        rng = np.random.default_rng(0)
        images = [rng.integers(0, 256, (16, width), np.uint8) for width in (40, 50)]
        self.splits = {
            name: Split(["a", "b"], images, ["a", "b"]) for name in ("train", "validation", "test")
        }
        self.data_hash = "hash of the noise"

    def describe(self) -> str:
        return "noise"


@pytest.mark.parametrize("finished", [True, False])
def test_best_epoch_of_a_run_in_mixed_precision_is_exported_in_float32(
    finished: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DATASETS, "DrawnLines", DrawnLines)
    run_dir = tmp_path / "run"
    run_dir.mkdir()
    experiment = {
        "dataset": "DrawnLines", "model": "LineModelCtc", "network": "line_lstm_ctc",
        "network_args": {"lstm_dim": 4}, "train_args": {"mixed_precision": True},
    }  # fmt: skip
    config = ExperimentConfig.from_dict(experiment)
    trained = build_model(config, (16, None, 1), (None, 80)).network
    write_json(run_dir / "config.json", config.to_dict())
    row = {"epoch": 3, "loss": 1.0, "val_cer": 0.25}
    save_checkpoint(run_dir / "best.npz", trained.variables, row)
    if finished:
        write_json(run_dir / "metrics.json", {"commit": "of the training"})

    folder = export_run(run_dir, "Named", tmp_path / "weights")

    manifest = json.loads((folder / "manifest.json").read_text())
    assert folder == tmp_path / "weights" / "Named"
    assert manifest["experiment"]["train_args"]["mixed_precision"] is True
    assert manifest["scores"] == {"cer": 0.25}
    assert manifest["data_hash"] == "hash of the noise"
    assert (manifest["commit"] == "of the training") is finished
    batch = np.random.default_rng(0).random((1, 16, 64, 1)).astype(np.float32)
    received = Session(folder / "model.onnx").run(batch)
    np.testing.assert_allclose(received, np.asarray(trained.predict_on_batch(batch)), atol=0.05)


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="config.json"):
        export_run(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ArtifactError, match="best.npz"):
        export_run(tmp_path)
