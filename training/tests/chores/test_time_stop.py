"""A training is asked to end, and what it leaves is looked at; a small script stands for the training."""

import sys
from pathlib import Path

import pytest

from training.chores import time_stop
from training.chores.time_stop import main, stop
from training.fitting.batches import TrainingError

SCRIPT = """
import pathlib, signal, sys, time
import numpy as np

folder = pathlib.Path(sys.argv[sys.argv.index("--run-dir") + 1])

def end(*_):
    if sys.argv[1] == "3600":
        np.savez(folder / "last.npz", a=np.ones(2), b=np.ones(3))
    sys.exit(0)

signal.signal(signal.SIGTERM, end)
folder.mkdir()
(folder / "environment.json").touch()
time.sleep(float(sys.argv[1]))
sys.exit(3)
"""


@pytest.mark.process
def test_seconds_status_and_checkpoint_are_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(time_stop, "TRAINING", (sys.executable, "-c", SCRIPT))
    assert main(["3600", "--after", "0", "-o", "train_args.epochs=3"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Ended with status 0 ")
    assert said.endswith("the checkpoint has 2 readable arrays.\n")


@pytest.mark.process
def test_a_training_that_has_done_nothing_yet_is_an_error(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, "3599", "--run-dir", str(tmp_path / "run")]
    with pytest.raises(TrainingError, match="No step was done before SIGTERM"):
        stop(command, tmp_path / "run", after_s=0)


@pytest.mark.process
def test_a_training_that_ends_before_is_an_error(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, "0", "--run-dir", str(tmp_path / "run")]
    with pytest.raises(TrainingError, match="status 3 before it was asked to"):
        stop(command, tmp_path / "run", after_s=3600)
