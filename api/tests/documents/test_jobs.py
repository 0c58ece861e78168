"""Jobs are bounded in number, size and age; they outlive those who work at them, but not for ever."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from werkzeug.exceptions import ServiceUnavailable

from api.documents.jobs import MAX_ATTEMPTS, Jobs, Order
from api.documents.rendering import Rendered

ORDER = Order(2, [1, 2], "text", None, "print", "fr")
RESULT = Rendered(200, "text/plain", b"its text")


def jobs_in(folder: Path, most: int = 3, seconds: float = 60.0, size: int = 1000) -> Jobs:
    return Jobs(folder / "jobs", most, seconds, size)


def test_a_job_from_its_begin_to_its_end(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path)
    name = jobs.submit(b"a document", ORDER)
    assert jobs.state(name) == "waiting"
    with jobs.claimed() as task:
        assert task is not None
        assert (task.document(), task.order, jobs.state(name)) == (b"a document", ORDER, "running")
        jobs.finish(task, RESULT)
    assert (jobs.state(name), jobs.result(name)) == ("done", RESULT)
    assert not (tmp_path / "jobs" / name / "document").exists()
    with jobs.claimed() as task:
        assert task is None
    jobs.remove(name)
    assert jobs.state(name) is None


def test_the_oldest_comes_first_and_nobody_else_gets_it(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path)
    first, second = jobs.submit(b"1", ORDER), jobs.submit(b"2", ORDER)
    os.utime(tmp_path / "jobs" / first / "order.json", (time.time() - 9, time.time() - 9))
    with jobs.claimed() as one, jobs.claimed() as two, jobs.claimed() as three:
        assert one is not None
        assert two is not None
        assert (one.folder.name, two.folder.name, three) == (first, second, None)


def test_files_are_private(tmp_path: Path) -> None:
    name = jobs_in(tmp_path).submit(b"1", ORDER)
    for folder in (tmp_path / "jobs", tmp_path / "jobs" / name):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", ".", "..", "../jobs", "lock", "A" * 32, "0" * 32, "0" * 33, "\0"])
def test_names_of_no_job(name: str, tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path)
    jobs.submit(b"1", ORDER)
    assert jobs.state(name) is None


def test_there_are_only_so_many_until_one_is_removed(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path, most=2)
    names = [jobs.submit(b"1", ORDER) for _ in range(2)]
    with pytest.raises(ServiceUnavailable, match="at most 2") as caught:
        jobs.submit(b"1", ORDER)
    assert caught.value.retry_after
    jobs.remove(names[0])
    jobs.submit(b"1", ORDER)


def test_old_ones_go_but_not_one_that_is_being_read(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path, seconds=10.0)
    names = [jobs.submit(b"1", ORDER) for _ in range(2)]
    (tmp_path / "jobs" / ".unfinished").mkdir()
    for path in [*(tmp_path / "jobs").glob("*/order.json"), tmp_path / "jobs" / ".unfinished"]:
        os.utime(path, (time.time() - 11, time.time() - 11))
    with jobs.claimed() as task:
        assert task is not None
        jobs.sweep()
        assert [name for name in names if jobs.state(name)] == [task.folder.name]
    jobs.sweep()
    assert [path.name for path in (tmp_path / "jobs").iterdir()] == ["lock"]


def test_a_response_that_is_too_long_is_a_problem(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path, size=10)
    name = jobs.submit(b"1", ORDER)
    with jobs.claimed() as task:
        assert task is not None
        jobs.finish(task, Rendered(200, "text/plain", bytes(11)))
    assert jobs.result(name).status == 413


def test_the_result_of_a_removed_job_is_dropped(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path)
    name = jobs.submit(b"1", ORDER)
    with jobs.claimed() as task:
        assert task is not None
        jobs.remove(name)
        assert not task.is_wanted()
        jobs.finish(task, RESULT)
    assert jobs.state(name) is None
    assert not (tmp_path / "jobs" / name).exists()


def test_a_job_that_ends_its_workers_is_lost_after_some(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path)
    name = jobs.submit(b"1", ORDER)
    for _ in range(MAX_ATTEMPTS):
        with jobs.claimed() as task:
            assert task is not None
    with jobs.claimed() as task:
        assert task is None
    assert jobs.state(name) == "done"
    assert jobs.result(name).status == 500
    assert b"lost" in jobs.result(name).body


def test_a_damaged_order_does_not_stop_the_others(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path)
    damaged, good = jobs.submit(b"1", ORDER), jobs.submit(b"2", ORDER)
    order = tmp_path / "jobs" / damaged / "order.json"
    order.write_text("{")
    os.utime(order, (time.time() - 9, time.time() - 9))
    with jobs.claimed() as task:
        assert task is not None
        assert task.folder.name == good
    assert jobs.state(damaged) is None


@pytest.mark.process
def test_a_job_of_a_killed_process_is_begun_anew(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path)
    name = jobs.submit(b"1", ORDER)
    program = f"""
import os, pathlib, signal
from api.documents.jobs import Jobs
with Jobs(pathlib.Path({str(tmp_path / "jobs")!r}), 3, 60.0, 100).claimed() as task:
    assert task.document() == b"1"
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    assert jobs.state(name) == "running"
    with jobs.claimed() as task:
        assert task is not None
        jobs.finish(task, RESULT)
    assert jobs.result(name) == RESULT
