"""A run that was cut anywhere goes on bit for bit as if it had not been."""

import errno
import os
import signal
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.models.character_model import CharacterModel
from training.fitting import callbacks as run_callbacks
from training.fitting.batches import Batches, TrainingError
from training.fitting.callbacks import BEST, LAST
from training.runs import HISTORY
from training.session.stopping import StopRequested
from training.tests.eagerly import train_eagerly
from training.tests.test_train import characters, quick_experiment
from training.train import run

STEPS, CUTS = 6, int(os.environ.get("CUTS", "2"))  # of three epochs of two steps; CUTS=5 looks more closely


class StopAt(keras.callbacks.Callback):
    """Sends SIGTERM to this process in a step, counted from 0 over the whole run."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self._left = step

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        self._left -= 1


def lines(**train_args: Any) -> Any:
    """Return an experiment with all that has a state: order, augmentation, dropout, masks, averages."""
    return quick_experiment(
        augment=True, ema=0.9, consistency_weight=0.1, shortcut_weight=0.1, epochs=3, **train_args
    )


def arrays(path: Path) -> list[np.ndarray]:
    """Return the variables of a checkpoint; their names count on within a process."""
    with np.load(path) as file:
        return [file[name] for name in sorted(set(file.files) - {"state"})]


def assert_same(first: Path, second: Path) -> None:
    """Compare all that two runs have left, bit for bit."""
    for name in (LAST, BEST):
        for one, other in zip(arrays(first / name), arrays(second / name), strict=True):
            np.testing.assert_array_equal(one, other)
    assert (first / HISTORY).read_text() == (second / HISTORY).read_text()


def test_a_run_cut_in_any_step_goes_on_bit_for_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train_eagerly(monkeypatch)
    run(lines(), tmp_path / "whole")
    for step in map(int, np.random.default_rng(5).choice(STEPS, CUTS, replace=False)):
        folder = tmp_path / str(step)
        with pytest.raises(StopRequested):
            run(lines(), folder, callbacks=[StopAt(step)])
        run(lines(), folder, resume=True)
        assert_same(folder, tmp_path / "whole")


def test_a_run_killed_while_it_validates_loses_no_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_eagerly(monkeypatch)
    run(characters(), tmp_path / "whole")
    evaluate = CharacterModel.evaluate

    def killed(*_: Any) -> dict[str, float]:
        monkeypatch.setattr(CharacterModel, "evaluate", evaluate)
        os.kill(os.getpid(), signal.SIGTERM)
        return {}

    monkeypatch.setattr(CharacterModel, "evaluate", killed)
    with pytest.raises(StopRequested):
        run(characters(), tmp_path / "cut")
    monkeypatch.setattr(Batches, "batch", NoBatchOfEpoch(0, Batches.batch))
    run(characters(), tmp_path / "cut", resume=True)
    assert_same(tmp_path / "cut", tmp_path / "whole")


class NoBatchOfEpoch:
    """Makes the batches of all epochs but one, counted from 0."""

    def __init__(self, epoch: int, batch: Any) -> None:
        self._epoch, self._batch = epoch, batch

    def __get__(self, batches: Batches, owner: type) -> Any:
        return lambda epoch, index: self._made(batches, epoch, index)

    def _made(self, batches: Batches, epoch: int, index: int) -> Any:
        assert epoch != self._epoch or index == 0, "only the shape of the first batch may be looked at"
        return self._batch(batches, epoch, index)


def test_an_early_stop_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train_eagerly(monkeypatch)
    monkeypatch.setattr(CharacterModel, "evaluate", lambda *_: {"accuracy": 0.5})
    config = characters(epochs=9, early_stopping_patience=1)
    run(config, tmp_path)
    rows = (tmp_path / HISTORY).read_text()
    run(config, tmp_path, resume=True)
    assert (tmp_path / HISTORY).read_text() == rows


def test_a_full_disk_ends_a_run_with_one_message_and_keeps_what_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_eagerly(monkeypatch)
    run(characters(epochs=1), tmp_path)
    before = (tmp_path / LAST).read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(run_callbacks, "SAVE_INTERVAL_S", 0.0)
        patch.setattr(os, "fsync", FailsAfter(2, full))  # the configuration is written first
        with pytest.raises(TrainingError, match=r"cannot be written: No space left.*make room"):
            run(characters(epochs=3), tmp_path, resume=True)
    assert (tmp_path / LAST).read_bytes() == before
    assert not list(tmp_path.glob(".*"))


class FailsAfter:
    """A function that does nothing a few times, then what it was given."""

    def __init__(self, count: int, failure: Any) -> None:
        self._left, self._failure = count, failure

    def __call__(self, descriptor: int) -> None:
        self._left -= 1
        if self._left < 0:
            self._failure(descriptor)


def test_what_a_killed_writer_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train_eagerly(monkeypatch)
    run(characters(epochs=1), tmp_path)
    (tmp_path / f".{'ab' * 16}.part").write_bytes(b"half")
    run(characters(epochs=1), tmp_path, resume=True)
    assert not list(tmp_path.glob(".*"))


def test_a_folder_that_cannot_be_written_to_is_named_before_data_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match=r"file/run/config.json cannot be written"):
        run(characters(), tmp_path / "file" / "run")
