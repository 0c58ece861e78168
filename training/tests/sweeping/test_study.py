"""Trials are given out once, and those of dead workers again."""

import os
from pathlib import Path

import pytest
from optuna.trial import TrialState

from text_recognizer.errors import ConfigError
from training.sweeping.plan import SweepPlan
from training.sweeping.study import Sweep
from training.sweeping.trial_folders import ALIVE

EXPERIMENT = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}
GRID = SweepPlan(EXPERIMENT, {"train_args.epochs": [1, 2, 3]}, sampler="grid")


def test_two_workers_share_a_grid(tmp_path: Path) -> None:
    sweeps = [Sweep(tmp_path, GRID, "minimize") for _ in range(2)]
    tasks = [sweeps[i % 2].next_task() for i in range(4)]
    assert tasks[3] is None
    assert [task.values["train_args.epochs"] for task in tasks if task] == [1, 2, 3]
    for task in tasks:
        if task is not None:
            sweeps[0].study.tell(task.trial.number, 0.5)
    assert sweeps[1].running() == []


def test_a_dead_workers_trial_goes_on_once(tmp_path: Path) -> None:
    first, second = (Sweep(tmp_path, GRID, "minimize") for _ in range(2))
    task = first.next_task()
    assert task is not None
    task.trial.report(0.7, 0)
    os.utime(task.folder.path / ALIVE, (0, 0))
    again = second.next_task(stale_s=60)
    assert again is not None
    assert (again.trial.number, again.values, again.resumed) == (task.trial.number, task.values, True)
    other = first.next_task(stale_s=60)
    assert other is not None
    assert other.trial.number != again.trial.number


def test_a_trial_without_values_is_ended(tmp_path: Path) -> None:
    sweep = Sweep(tmp_path, SweepPlan(EXPERIMENT, {"train_args.epochs": [1, 2]}, trials=2), "maximize")
    sweep.study.ask()  # as a worker leaves it that is killed here
    task = sweep.next_task()
    assert task is not None
    assert task.trial.number == 1
    assert sweep.study.trials[0].state == TrialState.FAIL
    assert sweep.next_task() is None


def test_another_sweep_in_the_folder_is_refused(tmp_path: Path) -> None:
    Sweep(tmp_path, GRID, "minimize")
    with pytest.raises(ConfigError, match="holds another sweep"):
        Sweep(tmp_path, SweepPlan(EXPERIMENT, {"train_args.epochs": [1]}, sampler="grid"), "minimize")
