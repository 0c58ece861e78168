"""Validation, early stopping, the history of a run and its progress."""

import csv
import logging
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.models.character_model import CharacterModel
from training.fitting.callbacks import Progress, write_history
from training.tests.eagerly import train_eagerly
from training.tests.test_train import characters, losses
from training.train import run


def test_early_stopping_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train_eagerly(monkeypatch)
    values = iter([0.1, 0.5, 0.4, 0.5, 0.6])  # the best is not bettered in two epochs
    monkeypatch.setattr(CharacterModel, "evaluate", lambda *_: {"accuracy": next(values)})
    run(characters(epochs=30, early_stopping_patience=2), tmp_path)
    assert len(losses(tmp_path)) == 4


def test_a_history_is_one_row_per_epoch(tmp_path: Path) -> None:
    rows = [{"epoch": 1.0, "loss": 2.5}, {"epoch": 2.0, "loss": 1.5}]
    write_history(rows, tmp_path / "history.csv")
    with (tmp_path / "history.csv").open() as file:
        assert [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)] == rows
    assert [path.name for path in tmp_path.iterdir()] == ["history.csv"]


def test_progress_counts_samples_and_the_time_left(caplog: pytest.LogCaptureFixture) -> None:
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.compile("sgd", loss="mse", run_eagerly=True)
    x = np.ones((4, 2), np.float32)
    progress: Any = Progress(batch_size=2, interval=0)
    with caplog.at_level(logging.INFO):
        network.fit(x, x[:, :1], batch_size=2, epochs=2, verbose=0, callbacks=[progress])
    assert caplog.messages[0].startswith("epoch 1/2, step 1/2, loss ")
    assert "samples/s, 0:00:0" in caplog.messages[-1]
    assert caplog.messages[-1].endswith("0:00:00 left")
