"""The command of a sweep."""

import json
import logging
from pathlib import Path

import pytest

from training import sweep

EXPERIMENT = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}


def test_a_wrong_file_or_folder_is_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert sweep.main([str(tmp_path / "none.json")]) == 1
    assert "Expected a JSON file with a sweep" in caplog.messages[-1]
    path = tmp_path / "sweep.json"
    path.write_text(json.dumps({"experiment": EXPERIMENT, "search": {"train_args.epochs": [1]}}))
    assert sweep.main([str(path), "-o", "network=none", "--report", "--dir", str(tmp_path)]) == 1
    assert "There is no sweep in" in caplog.messages[-1]


def test_a_worker_takes_the_trials_and_leaves_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "sweep.json"
    path.write_text(
        json.dumps({"experiment": EXPERIMENT, "search": {"train_args.epochs": [1, 2]}, "trials": 2})
    )
    from training.sweeping import worker

    def train(*_: object, **__: object) -> dict[str, object]:
        return {"best": {"epoch": 1.0, "val_accuracy": 0.5}}

    work = worker.work
    monkeypatch.setattr(worker, "work", lambda own, stale_s: work(own, stale_s, train=train))
    assert sweep.main([str(path), "--dir", str(tmp_path / "dir")]) == 0
    assert "2 trials: 2 complete; best is" in caplog.messages[-1]
    assert {"trials.csv", "trials.png", "journal.log", "sweep.json"} <= {
        p.name for p in (tmp_path / "dir").iterdir()
    }
    assert sweep.main([str(path), "--dir", str(tmp_path / "dir"), "--report"]) == 0
