"""Times of stages: what a stage calls of another one counts for that one alone."""

import time

import pytest

from evaluation.rivals import stage_worker
from evaluation.rivals.stage_worker import REST, Stopwatch


def test_nested_stages_are_counted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 1.0, 3.0, 7.0, 15.0, 31.0])
    monkeypatch.setattr(time, "process_time", lambda: next(now))
    watch = Stopwatch()
    inner = watch.timed("inner", lambda: "found")
    outer = watch.timed("outer", inner)
    assert outer() == "found"
    watch.note()
    assert watch.seconds == {REST: 1.0 + 16.0, "outer": 2.0 + 8.0, "inner": 4.0}


def test_a_stage_that_fails_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 1.0, 3.0, 7.0])
    monkeypatch.setattr(time, "process_time", lambda: next(now))
    watch = Stopwatch()
    with pytest.raises(ZeroDivisionError):
        watch.timed("dividing", lambda: 1 / 0)()
    watch.note()
    assert watch.seconds == {REST: 1.0 + 4.0, "dividing": 2.0}


def test_all_stages_are_those_of_this_checkout() -> None:
    for places in stage_worker.STAGES.values():
        for place in places:
            assert stage_worker.owner_of(place) is not None, place
