"""Trials are trained, pruned, and may fail."""

from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import TrialState

from text_recognizer.errors import DataError
from training.sweeping.plan import SweepPlan
from training.sweeping.study import Sweep
from training.sweeping.worker import Pruning, metric_of, work
from training.tests.eagerly import train_eagerly
from training.tests.test_train import characters

EXPERIMENT = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}


class Training:
    """Trains nothing; every epoch has the learning rate as its accuracy."""

    def __init__(self) -> None:
        self.resumed: list[bool] = []

    def __call__(self, config: Any, run_dir: Path, resume: bool, callbacks: list[Pruning]) -> dict[str, Any]:
        self.resumed.append(resume)
        rate = config.train_args.learning_rate
        if rate == 1:
            raise DataError("no data")
        for epoch in range(3):
            callbacks[0].on_epoch_end(epoch, {"val_accuracy": rate})
        return {"best": {"epoch": 1.0, "val_accuracy": rate}}


class Stopping:
    """Stands for the model of Keras."""

    stop_training = False


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let callbacks that no `fit` calls have a model to stop."""
    monkeypatch.setattr(Pruning, "model", Stopping(), raising=False)


@pytest.mark.usefixtures("stand_in")
def test_all_trials_end_and_failures_are_kept(tmp_path: Path) -> None:
    plan = SweepPlan(EXPERIMENT, {"train_args.learning_rate": [0.5, 0.25, 1]}, sampler="grid", prune=False)
    assert metric_of(plan) == ("val_accuracy", "maximize")
    sweep = Sweep(tmp_path, plan, "maximize")
    assert work(sweep, train=Training()) == 3
    states = [trial.state for trial in sweep.study.trials]
    assert states == [TrialState.COMPLETE, TrialState.COMPLETE, TrialState.FAIL]
    assert sweep.study.best_value == 0.5
    assert sweep.study.trials[2].user_attrs["error"] == "no data"
    assert work(Sweep(tmp_path, plan, "maximize"), train=Training()) == 0


@pytest.mark.usefixtures("stand_in")
def test_an_abandoned_trial_is_resumed(tmp_path: Path) -> None:
    plan = SweepPlan(EXPERIMENT, {"train_args.learning_rate": [0.5, 0.25]}, sampler="grid")
    task, training = Sweep(tmp_path, plan, "maximize").next_task(), Training()
    assert task is not None
    task.trial.report(0.5, 0)
    assert work(Sweep(tmp_path, plan, "maximize"), stale_s=0, train=training) == 2
    assert training.resumed == [True, False]


@pytest.mark.usefixtures("stand_in")
def test_a_trial_worse_than_the_median_is_pruned() -> None:
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.MedianPruner(n_startup_trials=1))
    for value in (0.9, 0.1):
        pruning = Pruning(study.ask(), "val_accuracy")
        pruning.on_epoch_end(0, {"val_accuracy": value})
        assert pruning.pruned == (value == 0.1)
        study.tell(pruning._trial.number, value)


def test_a_sweep_trains_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train_eagerly(monkeypatch)
    plan = SweepPlan(characters(epochs=1).to_dict(), {"train_args.learning_rate": [0.01]}, sampler="grid")
    sweep = Sweep(tmp_path, plan, "maximize")
    assert work(sweep) == 1
    assert sweep.study.best_trial.intermediate_values.keys() == {0}
    assert (tmp_path / "trials" / "0000" / "metrics.json").is_file()
