"""A run averaged with the weights that it started from."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.errors import ConfigError
from text_recognizer.files import write_json
from text_recognizer.models.base import Model
from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig
from training.export import average as average_weights
from training.export import install
from training.export.average import average_run, main
from training.export.from_run import export_run, load_run
from training.fitting.checkpoints import save_checkpoint
from training.tests.conftest import BarLines
from training.weights_file import read_half_weights


def write_run(folder: Path, init_from: str | None, scale: float) -> Path:
    """Write a run whose best weights are random ones times `scale`."""
    experiment = {
        "dataset": "BarLines", "model": "LineModelCtc", "network": "line_conv_ctc",
        "network_args": {"stem_filters": 2, "stage_filters": [2] * 4, "block_width": 4, "num_blocks": 0},
        "train_args": {"init_from": init_from},
    }  # fmt: skip
    config = ExperimentConfig.from_dict(experiment)
    network = build_model(config, SampleFormat((64, None, 1), (None, 80), LINE_CHARACTERS)).network
    rng = np.random.default_rng(0)
    network.set_weights([scale * rng.uniform(0.5, 1, weight.shape) for weight in network.weights])
    folder.mkdir()
    write_json(folder / "config.json", config.to_dict())
    save_checkpoint(folder / "best.npz", network.variables, {"epoch": 2, "val_cer": 0.5})
    return folder


@pytest.fixture(scope="module")
def exported_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model `start`."""
    folder = tmp_path_factory.mktemp("start")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DATASETS, "BarLines", BarLines)
        return export_run(write_run(folder / "before", None, 0.01), "start", folder / "weights").parent


@pytest.fixture
def weights_dir(exported_start: Path, tmp_path: Path) -> Path:
    """A copy of it, to export to."""
    return Path(shutil.copytree(exported_start, tmp_path / "weights"))


def weights(model: Model) -> list[np.ndarray]:
    return [np.asarray(weight) for weight in model.network.get_weights()]


@pytest.mark.parametrize("wanted", [0.0, 0.3, 0.6])
def test_the_share_with_the_lowest_error_is_exported(
    wanted: float, weights_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_dir = write_run(tmp_path / "run", "start", 0.02)
    model, _, _ = load_run(run_dir)
    trained = weights(model)
    expected = [(1 - wanted) * w + wanted * w / 2 for w in trained]

    def evaluate(self: LineModelCtc, images: Sequence[Any], targets: Sequence[str]) -> dict[str, float]:
        assert len(images) == len(targets) == 8
        return {"cer": float(np.abs(weights(self)[0] - expected[0]).mean())}

    monkeypatch.setattr(LineModelCtc, "evaluate", evaluate)
    monkeypatch.setattr(install, "to_onnx", lambda network, path: path.write_bytes(b"looked at below"))
    monkeypatch.setattr(install, "check_parity", lambda *_: 0.0)
    folder = average_run(run_dir, "start", weights_dir)

    manifest = json.loads((folder / "manifest.json").read_text())
    assert folder == weights_dir / "start"
    assert manifest["averaged"]["start"] == "start"
    assert manifest["averaged"]["start_share"] == wanted
    assert set(manifest["averaged"]["cer"]) == {str(share) for share in average_weights.SHARES}
    assert manifest["scores"] == {"cer": manifest["averaged"]["cer"][str(wanted)]}
    assert manifest["experiment"]["train_args"]["init_from"] == "start"
    received = read_half_weights(folder / "weights.h5", model.network)
    for ours, theirs in zip(received, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_the_start_is_named_by_its_digest(weights_dir: Path, tmp_path: Path) -> None:
    before = json.loads((weights_dir / "start" / "manifest.json").read_text())["sha256"]
    folder = average_run(write_run(tmp_path / "run", "start", 0.02), "next", weights_dir)
    assert json.loads((folder / "manifest.json").read_text())["averaged"]["start_sha256"] == before


def test_a_run_without_a_start_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="init_from"):
        average_run(write_run(tmp_path / "run", None, 0.02), weights_dir=tmp_path)


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="config.json"):
        average_run(tmp_path)


def test_the_command_says_where_the_start_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(average_weights, "average_run", lambda *words: calls.append(words))
    assert main(["run", "--name", "N", "--weights-dir", "models", "--starts", "before", "--force"]) == 0
    assert calls == [(Path("run"), "N", Path("models"), Path("before"), True)]
    monkeypatch.undo()
    assert main([str(tmp_path)]) == 1
