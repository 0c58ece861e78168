"""Checkpoints: whole or not at all, and of their own network."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest

from text_recognizer.errors import ArtifactError
from training.fitting.batches import TrainingError
from training.fitting.checkpoints import load_checkpoint, save_checkpoint
from training.tests.test_train import ROOT

KILLS = int(os.environ.get("KILLS", "1"))
LONGEST_S = 0.2  # from the first checkpoint to the kill: some are written a second


def test_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    first, second = (keras.Sequential([keras.Input((3,)), keras.layers.Dense(n)]) for n in (2, 4))
    save_checkpoint(tmp_path / "a.npz", first.variables, {"epoch": 1})
    assert load_checkpoint(tmp_path / "a.npz", first.variables) == {"epoch": 1}
    with pytest.raises(ArtifactError, match="another network"):
        load_checkpoint(tmp_path / "a.npz", second.variables)


def test_a_diverged_training_keeps_the_checkpoint_before(tmp_path: Path) -> None:
    variable = keras.Variable(np.ones(3, np.float32), name="kernel")
    save_checkpoint(tmp_path / "last.npz", [variable], {"epoch": 1})
    variable.assign(np.array([1, np.nan, 1], np.float32))
    with pytest.raises(TrainingError, match=r"kernel is no longer finite.*Lower the learning rate"):
        save_checkpoint(tmp_path / "last.npz", [variable], {"epoch": 2})
    assert load_checkpoint(tmp_path / "last.npz", [variable]) == {"epoch": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["last.npz"]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match=r"last.npz cannot be written: .*make room"):
        save_checkpoint(tmp_path / "file" / "last.npz", [], {})


@pytest.mark.parametrize("number", range(KILLS))
def test_a_kill_while_saving_leaves_a_readable_checkpoint(tmp_path: Path, number: int) -> None:
    script = (
        "import sys, pathlib, keras\n"
        "from training.fitting.checkpoints import save_checkpoint\n"
        "v = [keras.Variable(keras.ops.ones((200, 1000)), name=f'v{i}') for i in range(5)]\n"
        "print('ready', flush=True)\n"
        "while True: save_checkpoint(pathlib.Path(sys.argv[1]), v, {'n': 1})\n"
    )
    path = tmp_path / "last.npz"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while not path.is_file():
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(random.Random(number).uniform(0.0, LONGEST_S))
        process.send_signal(signal.SIGKILL)
    with np.load(path, allow_pickle=False) as arrays:
        assert len(arrays.files) == 6
        assert all(np.isfinite(arrays[name]).all() for name in arrays.files if name != "state")
