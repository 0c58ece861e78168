import json
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.files import write_json
from text_recognizer.inference.session import Session
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig
from training.export.from_run import export_run, load_run, main
from training.fitting.checkpoints import save_checkpoint


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


def test_best_epoch_of_a_run_in_mixed_precision_is_exported_in_float32(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DATASETS, "DrawnLines", DrawnLines)
    run_dir = tmp_path / "run"
    run_dir.mkdir()
    experiment = {
        "dataset": "DrawnLines", "model": "LineModelCtc", "network": "line_lstm_ctc",
        "network_args": {"lstm_dim": 4}, "train_args": {"mixed_precision": True},
    }  # fmt: skip
    config = ExperimentConfig.from_dict(experiment)
    trained = build_model(config, SampleFormat((16, None, 1), (None, 80), LINE_CHARACTERS)).network
    write_json(run_dir / "config.json", config.to_dict())
    row = {"epoch": 3, "loss": 1.0, "val_cer": 0.25}
    save_checkpoint(run_dir / "best.npz", trained.variables, row)
    assert load_run(run_dir)[2].commit != "of the training"
    write_json(run_dir / "metrics.json", {"commit": "of the training"})  # the run has finished

    folder = export_run(run_dir, "Named", tmp_path / "weights")

    manifest = json.loads((folder / "manifest.json").read_text())
    assert folder == tmp_path / "weights" / "Named"
    assert manifest["experiment"]["train_args"]["mixed_precision"] is True
    assert manifest["scores"] == {"cer": 0.25}
    assert manifest["data_hash"] == "hash of the noise"
    assert manifest["commit"] == "of the training"
    batch = np.random.default_rng(0).random((1, 16, 64, 1)).astype(np.float32)
    received = Session(folder / "model.onnx").run(batch)
    np.testing.assert_allclose(received, np.asarray(trained.predict_on_batch(batch)), atol=0.05)


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="config.json"):
        export_run(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ArtifactError, match="best.npz"):
        export_run(tmp_path)
    assert main([str(tmp_path)]) == 1
