import json
import time
from pathlib import Path
from typing import Any

import pytest

from training.fine_tuning.status import SAVING_SECONDS, StatusFile


def read(path: Path) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(path.read_text())
    return fields


def test_it_tells_phase_epoch_share_and_time_left_of_all_trainings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    path = tmp_path / "status.json"
    status = StatusFile(path, "mine")
    assert (read(path)["state"], read(path)["phase"]) == ("running", "preparing")
    status.enter("learning", epochs=10, cer_before=0.2)
    status.expect(400)
    status.train(300)
    now = 110.0
    status.learned(0.25)
    said = read(path)
    assert (said["epoch"], said["progress"], said["cer_before"]) == (3, 0.188, 0.2)
    assert said["seconds_left"] == pytest.approx(10 * 325 / 75 + SAVING_SECONDS, abs=0.1)
    status.train(100)
    now = 110.5
    status.learned(0.5)
    assert read(path) == said, "not at every step"
    now = 112.0
    status.learned(1.0)
    assert (read(path)["epoch"], read(path)["progress"]) == (10, 1.0)
    status.enter("saving", cer_after=0.1)
    assert (read(path)["epoch"], read(path)["cer_after"]) == (None, 0.1)
    status.done(["mine"])
    said = read(path)
    assert (said["state"], said["models"], said["seconds_left"]) == ("done", ["mine"], 0.0)


def test_a_failure_says_what_happened_and_without_a_file_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "below" / "status.json"
    StatusFile(path, "mine").failed("The disk is full.")
    assert (read(path)["state"], read(path)["message"]) == ("failed", "The disk is full.")
    StatusFile(None, "mine").done([])
    assert [each.name for each in tmp_path.iterdir()] == ["below"]
