"""Several workers of a sweep, one of them killed: every trial ends once. TRIALS=24 makes more of them."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from optuna.trial import TrialState

from training.sweeping.plan import SweepPlan
from training.sweeping.study import Sweep
from training.sweeping.trial_folders import ALIVE
from training.tests.test_train import ROOT

WORKERS = 3
TRIALS = int(os.environ.get("TRIALS", "8"))
PLAN = SweepPlan(
    {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"},
    {"train_args.seed": list(range(TRIALS))},
    sampler="grid",
    prune=False,
)

# Trains nothing, but says what it begins and ends. The first worker in its second trial is killed.
WORKER = """
import os, pathlib, signal, sys, time
from training.sweeping.study import Sweep
from training.sweeping.worker import work
from training.tests.sweeping.test_worker_killed import PLAN

folder, begun = pathlib.Path(sys.argv[1]), []

def train(config, run_dir, resume, callbacks):
    said = folder / f"{run_dir.name}-{os.getpid()}"
    said.with_suffix(".begun").touch()
    begun.append(run_dir)
    if len(begun) == 2:
        try:
            (folder / "killed").symlink_to(run_dir)
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    said.with_suffix(".ended").touch()
    return {"best": {"epoch": 1.0, "val_accuracy": 0.5}}

work(Sweep(folder / "sweep", PLAN, "maximize"), stale_s=3600, wait_s=0.05, train=train)
"""


@pytest.mark.slow
def test_every_trial_ends_once_although_a_worker_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path)], env=environment)
        for _ in range(WORKERS)
    ]
    try:
        while all(worker.poll() is None for worker in workers):
            time.sleep(0.05)
        (killed,) = [worker for worker in workers if worker.poll() == -signal.SIGKILL]
        abandoned = (tmp_path / "killed").resolve()
        os.utime(abandoned / ALIVE, (0, 0))  # as if an hour had passed
        assert sorted(worker.wait(3600) for worker in workers if worker is not killed) == [0] * (WORKERS - 1)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    trials = Sweep(tmp_path / "sweep", PLAN, "maximize").study.trials
    assert [trial.state for trial in trials] == [TrialState.COMPLETE] * TRIALS
    assert sorted(trial.params["train_args.seed"] for trial in trials) == list(range(TRIALS))
    names = [f"{number:04d}" for number in range(TRIALS)]
    assert Counter(path.name.partition("-")[0] for path in tmp_path.glob("*.ended")) == Counter(names)
    begun = Counter(path.name.partition("-")[0] for path in tmp_path.glob("*.begun"))
    assert begun == Counter([*names, abandoned.name])
