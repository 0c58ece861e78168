"""One process learns at a time, for all workers, and not for ever; its command is a stand-in here."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import Conflict

from api.fine_tuning import teacher as module
from api.fine_tuning.teacher import Teacher
from api.tests.fine_tuning.archives import archive
from text_recognizer.errors import InvalidInputError

pytestmark = pytest.mark.process

_STUB = """
import json, os, sys, time
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
lines = sorted(os.listdir(options["--data"] + "/lines"))
status = {"state": "running", "phase": "learning", "progress": 0.5, "message": None}
with open(options["--status"], "w") as file:
    json.dump(status, file)
print("the reason", [key for key in os.environ if key.startswith("TEXT_RECOGNIZER_API_")], flush=True)
"""
_DONE = 'with open(options["--status"], "w") as file:\n    json.dump({**status, "state": "done"}, file)'


def teacher_of(folder: Path, then: str) -> Teacher:
    return Teacher(folder, 5.0, [sys.executable, "-S", "-c", _STUB + then])


def wait(teacher: Teacher, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    for _ in range(300):
        if fits(state := teacher.state()):
            return state
        time.sleep(0.05)
    raise AssertionError(state)


def wait_until(fits: Callable[[], bool]) -> None:
    for _ in range(300):
        if fits():
            return
        time.sleep(0.05)
    raise AssertionError


def test_it_learns_in_the_background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_API_API_KEY", "secret")
    teacher = teacher_of(tmp_path, _DONE)
    assert teacher.state() == {"state": "idle"}
    assert teacher.start("hand-anna", archive())["name"] == "hand-anna"
    state = wait(teacher, lambda state: state["state"] != "running")
    assert (state["state"], state["phase"], state["name"]) == ("done", "learning", "hand-anna")
    assert (tmp_path / "log").read_text() == "the reason []\n"  # without the key
    wait_until(lambda: not list(tmp_path.glob("lines-*")))


def test_one_at_a_time_whoever_asks_until_it_is_stopped(tmp_path: Path) -> None:
    teacher, other_worker = teacher_of(tmp_path, "time.sleep(60)"), teacher_of(tmp_path, "")
    teacher.start("hand-anna", archive())
    assert wait(other_worker, lambda state: state["progress"] == 0.5)["state"] == "running"
    with pytest.raises(Conflict, match="one at a time"):
        other_worker.start("hand-bert", archive())
    other_worker.stop()
    assert wait(teacher, lambda state: state["state"] != "running") == {"state": "idle"}
    assert not list(tmp_path.glob("lines-*"))


def test_an_end_without_a_last_word_is_a_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    teacher = teacher_of(tmp_path, "sys.exit(1)")
    teacher.start("hand-anna", archive())
    state = wait(teacher, lambda state: state["state"] != "running")
    assert (state["state"], "the log" in state["message"]) == ("failed", True)
    wait_until(lambda: "status 1: the reason" in caplog.text)


def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = teacher_of(tmp_path, "time.sleep(60)")
    teacher.start("hand-anna", archive())
    monkeypatch.setattr(module, "GRACE_S", -300.0)  # as if its worker had died
    assert wait(teacher, lambda state: state["state"] != "running")["state"] == "failed"


def test_lines_do_not_stay_when_their_worker_has_died(tmp_path: Path) -> None:
    (tmp_path / "lines-1234" / "lines").mkdir(parents=True)
    assert teacher_of(tmp_path, "").state() == {"state": "idle"}
    assert not list(tmp_path.glob("lines-*"))


def test_bad_lines_start_nothing(tmp_path: Path) -> None:
    teacher = teacher_of(tmp_path, "time.sleep(60)")
    with pytest.raises(InvalidInputError):
        teacher.start("hand-anna", b"nothing")
    assert teacher.state() == {"state": "idle"}
    descriptors = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    for _ in range(3):
        with pytest.raises(InvalidInputError):
            teacher.start("hand-anna", b"nothing")
    if descriptors:
        assert len(os.listdir("/proc/self/fd")) == descriptors
