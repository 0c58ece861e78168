import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait

import pytest
from werkzeug.exceptions import ServiceUnavailable

from api.admission import Admission


def later(seconds: float = 30.0) -> float:
    return time.monotonic() + seconds


class Running:
    """A job that has begun and goes on until `finish`."""

    def __init__(self, admission: Admission, deadline: float | None = None) -> None:
        self.begun, self.end = threading.Event(), threading.Event()
        self.outcome: list[object] = []
        self._thread = threading.Thread(target=self._run, args=(admission, deadline or later()))
        self._thread.start()

    def _run(self, admission: Admission, deadline: float) -> None:
        try:
            self.outcome.append(admission.run(self._job, deadline))
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


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen within 30 s")


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
    with pytest.raises(ServiceUnavailable, match="at most 2") as caught:
        admission.check()
    assert caught.value.retry_after == 1
    with pytest.raises(ServiceUnavailable):
        admission.run(lambda: 1, later())
    assert (first.finish(), second.finish()) == (["done"], ["done"])
    wait_until(lambda: lengths[-1] == 0)
    admission.check()


def test_one_job_runs_at_a_time_in_the_order_of_arrival() -> None:
    admission = Admission(8)
    order: list[int] = []
    first = Running(admission)
    assert first.begun.wait(30)
    threads = []
    for number in range(5):
        threads.append(
            threading.Thread(target=admission.run, args=(lambda n=number: order.append(n), later()))
        )
        threads[-1].start()
        wait_until(lambda n=number: admission._admitted == n + 2)  # type: ignore[misc]
    assert order == []
    first.finish()
    for thread in threads:
        thread.join(30)
    assert order == [0, 1, 2, 3, 4]


def test_who_waits_too_long_is_dropped_and_what_runs_keeps_its_place() -> None:
    admission = Admission(1)
    first = Running(admission, later(0.2))
    assert first.begun.wait(30)
    called: list[int] = []
    with pytest.raises(ServiceUnavailable, match="time limit"):
        admission.run(lambda: called.append(1), later(0.2))
    wait_until(lambda: bool(first.outcome))
    assert isinstance(first.outcome[0], ServiceUnavailable)
    second = Running(admission)  # one place is free, the other is held by the job that nobody waits for
    wait_until(lambda: admission._admitted == 2)
    with pytest.raises(ServiceUnavailable, match="at most 2"):
        admission.check()
    first.finish()
    assert second.finish() == ["done"]
    assert called == []


def end_in_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every wait that times out go on only when the job has ended."""
    result = Future.result

    def slow(self: "Future[object]", timeout: float | None = None) -> object:
        try:
            return result(self, timeout)
        except TimeoutError:
            wait([self])
            raise

    monkeypatch.setattr(Future, "result", slow)


def slowly(outcome: object) -> object:
    time.sleep(0.2)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def test_a_result_that_arrives_just_after_the_deadline_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    end_in_the_gap(monkeypatch)
    assert Admission(0).run(lambda: slowly("text"), later(0.05)) == "text"


@pytest.mark.parametrize("error", [ValueError("its own"), TimeoutError("its own")])
def test_an_error_that_arrives_just_after_the_deadline_is_raised(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    end_in_the_gap(monkeypatch)
    with pytest.raises(type(error), match="its own"):
        Admission(0).run(lambda: slowly(error), later(0.05))


def test_around_the_deadline_there_is_a_result_or_a_503() -> None:
    for _ in range(200):
        try:
            assert Admission(0).run(lambda: time.sleep(0.002), later(0.002)) is None
        except ServiceUnavailable:
            continue
