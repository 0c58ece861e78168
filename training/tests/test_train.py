"""Training as behaviour: it learns, resumes as if nothing had happened, and repeats with a seed."""

import csv
import dataclasses
import json
import logging
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.augmentation.lines import LineAugmentation
from text_recognizer.errors import ConfigError
from text_recognizer.models.line_model_ctc import LineModelCtc
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig
from training.fitting.batches import Batches
from training.fitting.callbacks import BEST, LAST
from training.fitting.mixture import Mixture
from training.runs import CONFIG, HISTORY, METRICS
from training.session.record import ENVIRONMENT
from training.tests.conftest import BarLines
from training.tests.eagerly import train_eagerly
from training.train import run

ROOT = Path(__file__).parents[2]


def experiment(**train_args: Any) -> ExperimentConfig:
    """Return a small line experiment."""
    return ExperimentConfig.from_dict(
        {
            "dataset": "BarLines",
            "model": "LineModelCtc",
            "network": "line_conv_ctc",
            "network_args": {
                "stem_filters": 8, "stage_filters": [8, 16, 16, 16], "block_width": 32, "num_blocks": 1,
                "stage_convolutions": 1, "block_kernel": 3, "dropout": 0.05,
            },
            "train_args": {
                "batch_size": 4, "epochs": 4, "learning_rate": 0.01, "warmup_steps": 0, "augment": False,
                **train_args,
            },
        }
    )  # fmt: skip


def quick_experiment(**train_args: Any) -> ExperimentConfig:
    """Return one like `experiment` of the smallest network, whose steps take less than half the time."""
    return dataclasses.replace(
        experiment(**train_args),
        network_args={"stem_filters": 4, "stage_filters": [4] * 4, "stage_convolutions": 1, "block_width": 8,
                      "num_blocks": 0, "dropout": 0.05},
    )  # fmt: skip


def losses(run_dir: Path) -> list[float]:
    """Return the losses of the history."""
    with (run_dir / HISTORY).open() as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


def last_variables(run_dir: Path) -> list[np.ndarray]:
    """Return the variables of network and optimizer in the last checkpoint."""
    with np.load(run_dir / LAST) as arrays:
        return [arrays[name] for name in sorted(set(arrays.files) - {"state"})]


class StopAfterOneEpoch(keras.callbacks.Callback):
    """Ends the run after the first epoch."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.model.stop_training = True


class CopyAfterEpoch(keras.callbacks.Callback):
    """Copies the folder of a run as a kill right after an epoch, counted from 1, would leave it."""

    def __init__(self, last: int, run_dir: Path, copy: Path) -> None:
        super().__init__()
        self._last, self._run_dir, self._copy = last, run_dir, copy

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if epoch + 1 == self._last:
            shutil.copytree(self._run_dir, self._copy)


def assert_a_cut_run_equals_the_whole(config: ExperimentConfig, folder: Path, learns: bool = True) -> None:
    """Train in `folder`/whole, and from where its first epoch ended in `folder`/cut; it must learn, too."""
    run(config, folder / "whole", callbacks=[CopyAfterEpoch(1, folder / "whole", folder / "cut")])
    assert not learns or losses(folder / "whole")[1] < losses(folder / "whole")[0]
    assert len(losses(folder / "cut")) == 1
    run(config, folder / "cut", resume=True)
    for whole, cut in zip(last_variables(folder / "whole"), last_variables(folder / "cut"), strict=True):
        np.testing.assert_allclose(whole, cut, rtol=1e-4, atol=1e-5)


def test_overfits_eight_lines_and_leaves_its_files(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[float] = []

    class Seen(keras.callbacks.Callback):
        """Notes the validation metric, as a logger would."""

        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            seen.append((logs or {})["val_cer"])

    with caplog.at_level(logging.WARNING):
        metrics = run(experiment(epochs=40), tmp_path, callbacks=[Seen()])
    assert metrics["best"]["val_cer"] == min(seen) == 0
    assert metrics["train_samples"] == 8
    assert "too-narrow" in caplog.text, "the line without a CTC path is named"
    assert {path.name for path in tmp_path.iterdir()} == {
        CONFIG, ENVIRONMENT, METRICS, BEST, LAST, HISTORY, "logs"
    }  # fmt: skip
    assert json.loads((tmp_path / METRICS).read_text()) == metrics
    assert all(np.isfinite(losses(tmp_path)))


def test_same_seed_same_run_and_resume_equals_uninterrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_eagerly(monkeypatch)
    config = quick_experiment(augment=True)
    run(config, tmp_path / "whole")
    run(config, tmp_path / "again", callbacks=[CopyAfterEpoch(2, tmp_path / "again", tmp_path / "cut")])
    np.testing.assert_allclose(losses(tmp_path / "whole"), losses(tmp_path / "again"), rtol=1e-4)
    assert len(losses(tmp_path / "cut")) == 2
    run(config, tmp_path / "cut", resume=True)
    np.testing.assert_allclose(losses(tmp_path / "cut"), losses(tmp_path / "whole"), rtol=1e-3)
    pairs = zip(last_variables(tmp_path / "whole"), last_variables(tmp_path / "cut"), strict=True)
    assert all(np.allclose(a, b, rtol=1e-2, atol=1e-3) for a, b in pairs)


def characters(**train_args: Any) -> ExperimentConfig:
    """Return an experiment that takes a second."""
    return ExperimentConfig.from_dict(
        {
            "dataset": "BarCharacters", "model": "CharacterModel", "network": "mlp",
            "network_args": {"layer_size": 8, "num_layers": 1},
            "train_args": {"batch_size": 2, "warmup_steps": 0, "augment": False, "epochs": 3, **train_args},
        }
    )  # fmt: skip


@pytest.mark.parametrize("samples", [3, 5])
def test_short_epochs_are_validated_and_resumed_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, samples: int
) -> None:
    train_eagerly(monkeypatch)
    config = characters(epoch_samples=samples, epochs=4)
    assert_a_cut_run_equals_the_whole(config, tmp_path, learns=False)
    with np.load(tmp_path / "whole" / LAST) as arrays:
        state = json.loads(str(arrays["state"]))
    assert [row["epoch"] for row in state["history"]] == [1, 2, 3, 4]
    assert all("val_accuracy" in row for row in state["history"])


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_resumed_run_uses_another_learning_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schedule: str
) -> None:
    train_eagerly(monkeypatch)
    run(
        characters(schedule=schedule, learning_rate=0.1, weight_decay=0),
        tmp_path,
        callbacks=[StopAfterOneEpoch()],
    )
    before = last_variables(tmp_path)[:2]
    run(characters(schedule=schedule, learning_rate=1e-30, weight_decay=0), tmp_path, resume=True)
    assert len(losses(tmp_path)) == 3
    for old, new in zip(before, last_variables(tmp_path)[:2], strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("change", [{"batch_size": 4}, {"seed": 1}, {"epoch_samples": 4}, {"ema": 0.9}])
def test_a_run_is_not_resumed_with_values_that_it_cannot_change(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    (tmp_path / CONFIG).write_text(json.dumps(characters().to_dict()))
    with pytest.raises(
        ConfigError, match=f"cannot be resumed with other values: train_args.{next(iter(change))}"
    ):
        run(characters(**change), tmp_path, resume=True)


def test_augmentation_has_named_parameters_whose_defaults_change_nothing() -> None:
    def batch(**augmentation: Any) -> np.ndarray:
        config = experiment(augment=True, augmentation=augmentation)
        dataset = BarLines()
        dataset.load_or_generate_data()
        model = build_model(config, SampleFormat.of(dataset))
        assert isinstance(model, LineModelCtc)
        inputs, _ = Batches(
            dataset.validation, model, Mixture([8]), batch_size=8, seed=1, augment=True
        ).batch(0, 0)
        return inputs

    stated = dataclasses.asdict(LineAugmentation())
    np.testing.assert_array_equal(batch(), batch(**stated))
    name = next(name for name in stated if name.endswith("_probability"))
    assert batch(**{name: 1 if stated[name] < 0.5 else 0}).tobytes() != batch().tobytes()
