import gc
import threading
import time
import weakref

import pytest
from werkzeug.exceptions import ServiceUnavailable

from api.admission import Admission
from api.sharing.workers import Workers
from api.tests.sharing.test_turns import later, wait_until


class Running:
    """A job that has begun and goes on until `finish`."""

    def __init__(self, admission: Admission) -> None:
        self.begun, self.end = threading.Event(), threading.Event()
        self.outcome: list[object] = []
        self._thread = threading.Thread(target=self._run, args=(admission,))
        self._thread.start()

    def _run(self, admission: Admission) -> None:
        try:
            self.outcome.append(admission.run(self._job, later()))
        except ServiceUnavailable as error:
            self.outcome.append(error)

    def _job(self) -> str:
        self.begun.set()
        assert self.end.wait(30)
        return "done"

    def finish(self) -> list[object]:
        self.end.set()
        self._thread.join(30)
        return self.outcome


def test_a_job_returns_what_it_returns_and_raises_what_it_raises() -> None:
    admission = Admission(0)
    assert admission.run(lambda: 5, later()) == 5
    with pytest.raises(ZeroDivisionError):
        admission.run(lambda: 1 // 0, later())
    with pytest.raises(TimeoutError, match="the job's"):
        admission.run(lambda: (_ for _ in ()).throw(TimeoutError("the job's")), later())
    assert admission.run(lambda: 6, later()) == 6


def test_more_than_the_queue_holds_is_refused_and_told_when_to_return() -> None:
    lengths: list[int] = []
    admission = Admission(1, lengths.append)
    first = Running(admission)
    assert first.begun.wait(30)
    second = Running(admission)
    wait_until(lambda: lengths == [1, 2])
    with pytest.raises(ServiceUnavailable, match="at most 2") as caught, admission.place():
        pass
    assert caught.value.retry_after == 1
    with pytest.raises(ServiceUnavailable):
        admission.run(lambda: 1, later())
    assert (first.finish(), second.finish()) == (["done"], ["done"])
    assert lengths[-1] == 0
    with admission.place():
        pass


def test_one_job_runs_at_a_time() -> None:
    admission = Admission(8)
    running: list[int] = []
    most: list[int] = []

    def job() -> None:
        running.append(1)
        time.sleep(0.01)
        most.append(len(running))
        running.clear()

    threads = [threading.Thread(target=admission.run, args=(job, later())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1] * 8


def test_who_waits_too_long_is_refused_and_gives_the_place_back() -> None:
    admission = Admission(1)
    first = Running(admission)
    assert first.begun.wait(30)
    called: list[int] = []
    with pytest.raises(ServiceUnavailable, match="time limit"):
        admission.run(lambda: called.append(1), later(0.05))
    with admission.place():
        pass
    assert first.finish() == ["done"]
    assert called == []


def test_a_result_that_arrives_after_the_deadline_is_returned() -> None:
    def job() -> str:
        time.sleep(0.1)
        return "text"

    assert Admission(0).run(job, later(0.02)) == "text"


@pytest.mark.parametrize("error", [ValueError("its own"), TimeoutError("its own")])
def test_an_error_that_arrives_after_the_deadline_is_raised(error: Exception) -> None:
    def job() -> None:
        time.sleep(0.1)
        raise error

    with pytest.raises(type(error), match="its own"):
        Admission(0).run(job, later(0.02))


@pytest.mark.slow
def test_around_the_deadline_there_is_a_result_or_a_503() -> None:
    admission = Admission(3)
    outcomes: list[object] = []

    def work() -> None:
        for _ in range(50):
            try:
                outcomes.append(admission.run(lambda: time.sleep(0.002), later(0.004)))
            except ServiceUnavailable as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) == 200
    assert set(outcomes) <= {None, 503}
    with admission.place():
        pass


class Picture:
    """What a failing job holds."""


def test_nothing_of_a_job_that_failed_is_kept() -> None:
    admission = Admission(0)
    kept: list[weakref.ref[Picture]] = []

    def job() -> None:
        picture = Picture()
        kept.append(weakref.ref(picture))
        raise ValueError("damaged")

    def fail() -> None:
        try:
            admission.run(job, later())
        except ValueError:
            return
        raise AssertionError("it did not fail")

    gc.disable()  # the memory must be free at once, not when the collector comes by
    try:
        for _ in range(3):
            fail()
            assert kept[-1]() is None
    finally:
        gc.enable()


def test_no_request_is_refused_while_another_worker_has_a_place() -> None:
    workers = Workers(count=2)
    workers.enter(0)
    admission = Admission(0, workers=workers)
    first = Running(admission)
    assert first.begun.wait(30)
    assert workers.admitted.get(0) == 1
    second = Running(admission)  # in this worker, for the place of the other one
    wait_until(lambda: workers.admitted.get(0) == 2)
    with pytest.raises(ServiceUnavailable, match="at most 2"), admission.place():
        pass
    assert (first.finish(), second.finish()) == (["done"], ["done"])
    workers.admitted.set(1, 2)
    with pytest.raises(ServiceUnavailable, match="at most 2"), admission.place():
        pass
