"""Stages: each starts from the one before, pinned; a cut run goes on; nothing shipped is touched."""

import json
from pathlib import Path
from typing import Any

import keras
import pytest

from text_recognizer.errors import ArtifactError, ConfigError
from training import stages
from training.config import ExperimentConfig
from training.fitting.shards import Shards
from training.runs import METRICS
from training.stages import export_stage, run_experiment

VALUES: dict[str, Any] = {
    "dataset": "BarCharacters", "model": "CharacterModel", "network": "mlp",
    "network_args": {"layer_size": 8, "num_layers": 1},
    "train_args": {"batch_size": 4, "warmup_steps": 0, "augment": False, "epochs": 1},
    "stages": [
        {"train_args": {"seed": 1}},
        {"train_args": {"seed": 2, "epochs": 2, "teachers": ["stage1"]}},
        {"train_args": {"seed": 3}, "network_args": {"dropout_amount": 0.3}, "average": True},
    ],
}  # fmt: skip


def config(**changes: Any) -> ExperimentConfig:
    return ExperimentConfig.from_dict({**VALUES, **changes})


class KilledError(Exception):
    """Stands for a kill."""


class Kill(keras.callbacks.Callback):
    """Ends stage 2 as a kill in its second epoch would."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if epoch == 1:
            raise KilledError


def test_stages_go_on_from_each_other_also_after_a_kill(tmp_path: Path) -> None:
    begun: list[str] = []

    def callbacks(folder: Path) -> list[keras.callbacks.Callback]:
        begun.append(folder.name)
        return [Kill()] if begun == ["stage1", "stage2"] else []

    run_dir = tmp_path / "run"
    with pytest.raises(KilledError):
        run_experiment(config(), run_dir, callbacks=callbacks)
    assert sorted(path.name for path in (run_dir / "weights").iterdir()) == ["stage1"]
    metrics = run_experiment(config(), run_dir, resume=True, callbacks=callbacks)
    assert begun == ["stage1", "stage2", "stage2", "stage3"]
    assert (run_dir / "stage2" / "history.csv").read_text().count("\n") == 3
    assert json.loads((run_dir / "stage3" / METRICS).read_text()) == metrics
    for number in (2, 3):
        experiment = json.loads((run_dir / f"stage{number}" / "config.json").read_text())
        before = json.loads((run_dir / "weights" / f"stage{number - 1}" / "manifest.json").read_text())
        digest = before["sha256"]["weights.h5"]
        assert experiment["train_args"]["init_from"] == f"stage{number - 1}@sha256:{digest}"
    folder = export_stage(config(), run_dir, 3, "model", tmp_path / "shipped")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["averaged"]["start"].startswith("stage2@sha256:")
    assert manifest["experiment"]["network_args"] == {"layer_size": 8, "num_layers": 1, "dropout_amount": 0.3}
    with pytest.raises(ConfigError, match="cannot be resumed with other values: stages"):
        run_experiment(config(stages=VALUES["stages"][:2]), run_dir, resume=True)


def test_what_is_wrong_with_a_later_stage_is_said_before_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "run", lambda *_, **__: pytest.fail("a stage was trained"))
    wrong = config(stages=[{}, {"network_args": {"layer_size": "8"}}])
    with pytest.raises(ConfigError, match='layer_size is "8"'):
        run_experiment(wrong, tmp_path / "run")


def test_an_experiment_without_stages_is_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Path] = []

    def run(config: ExperimentConfig, run_dir: Path, **_: object) -> dict[str, Any]:
        calls.append(run_dir)
        return {}

    monkeypatch.setattr(stages, "run", run)
    run_experiment(config(stages=[]), tmp_path)
    assert calls == [tmp_path]


def test_of_several_processes_one_exports_a_stage_and_the_others_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[str] = []
    monkeypatch.setattr(Shards, "current", lambda: Shards(devices=2, processes=2, process=1))
    monkeypatch.setattr(stages, "export_best", lambda *_, **__: pytest.fail("it exported, too"))
    monkeypatch.setattr(stages, "meet", met.append)
    monkeypatch.setattr(stages, "_VISIBLE_S", 0.0)
    with pytest.raises(ArtifactError, match="one --run-dir that all see"):
        stages._export_once(config(), tmp_path, 1)
    manifest = tmp_path / "weights" / "stage1" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.touch()
    stages._export_once(config(), tmp_path, 1)
    assert met == ["stage1", "stage1"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([{"network": "lenet"}], r"keys of stage 1 among .*received \['network'\]"),
        ([{"average": True}], "Stage 1 cannot be averaged"),
        ([{}, {"train_args": {"init_from": "a"}}], "Stage 2 has init_from"),
        ([{}, {"average": 1}], "stage 2: average is 1; expected true or false"),
        ([{}, {"train_args": {"epochs": 0}}], "In stage 2: train_args.epochs is 0"),
        ([{}, {"train_args": {"epoch": 3}}], r"In stage 2: .*received \['epoch'\]"),
        ([3], r"stages\[0\] is 3; expected an object"),
        ({}, "stages is {}; expected a list"),
    ],
)
def test_stages_that_do_not_fit_are_refused(wrong: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        config(stages=wrong)


def test_a_stage_changes_single_arguments_and_takes_the_others() -> None:
    first, second, third = (stage.config for stage in config().expanded())
    assert (first.train_args.seed, second.train_args.seed) == (1, 2)
    assert first.train_args.batch_size == second.train_args.batch_size == 4
    assert third.network_args == {"layer_size": 8, "num_layers": 1, "dropout_amount": 0.3}
    assert [stage.average for stage in config().expanded()] == [False, False, True]
    assert config(stages=[]).expanded()[0].config == config(stages=[])
    assert ExperimentConfig.from_dict(config().to_dict()) == config()
