"""The thread does jobs until there are none; one that fails becomes a problem."""

import time
from pathlib import Path

import pytest
from flask import Flask

from api.documents.jobs import Jobs, Order, Task
from api.documents.rendering import Rendered
from api.documents.runner import JobRunner
from text_recognizer.errors import InvalidInputError

ORDER = Order(1, [1], "text", None, None)


def work(task: Task) -> Rendered:
    text = task.document()
    if text == b"bad":
        raise InvalidInputError("it is bad")
    if text == b"worse":
        raise RuntimeError("secret")
    return Rendered(200, "text/plain", text)


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path, 10, 60.0, 1000)


@pytest.mark.parametrize(("text", "status"), [(b"good", 200), (b"bad", 400), (b"worse", 500)])
def test_each_job_gets_its_response(text: bytes, status: int, jobs: Jobs) -> None:
    runner = JobRunner(Flask(__name__), jobs, work)
    name = jobs.submit(text, ORDER)
    assert runner.run_one()
    assert not runner.run_one()
    assert jobs.result(name).status == status
    assert b"secret" not in jobs.result(name).body


def test_the_thread_is_woken(jobs: Jobs) -> None:
    runner = JobRunner(Flask(__name__), jobs, work)
    runner.start()
    name = jobs.submit(b"good", ORDER)
    runner.wake()
    end = time.monotonic() + 10
    while jobs.state(name) != "done" and time.monotonic() < end:
        time.sleep(0.005)
    assert jobs.result(name).body == b"good"
