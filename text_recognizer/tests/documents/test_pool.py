"""Results come in order; errors are results; a process that dies costs its task alone."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from text_recognizer.documents.pool import Pool, WorkerDiedError


def inverse(number: int) -> float:
    return 1 / number


def fatal(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return -number


def build(work: Callable[[int], int]) -> Callable[[int], int]:
    return work


def build_nothing() -> Callable[[int], int]:
    raise LookupError("no model")


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_and_errors_come_in_order(jobs: int) -> None:
    with Pool(inverse, jobs) as pool:
        outcomes = list(pool.run([1, 2, 0, 4]))
    assert [task for task, _ in outcomes] == [1, 2, 0, 4]
    assert [each for _, each in outcomes if isinstance(each, float)] == [1, 0.5, 0.25]
    assert isinstance(outcomes[2][1], ZeroDivisionError)


def test_no_more_tasks_are_taken_than_can_wait() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(1, 100):
            taken.append(number)
            yield number

    with Pool(inverse, 2) as pool:
        next(iter(pool.run(tasks())))
        assert len(taken) <= 4


def test_threads_work_side_by_side() -> None:
    barrier = threading.Barrier(2)
    pool: Pool[int, int] = Pool(lambda number: barrier.wait(600), 2)
    with pool:
        assert {outcome for _, outcome in pool.run([1, 2])} == {0, 1}


@pytest.mark.process
@pytest.mark.slow
def test_a_process_that_dies_costs_its_task_alone() -> None:
    with Pool.of_processes(partial(build, fatal), 2) as pool:
        outcomes = dict(pool.run(range(1, 7)))
    assert isinstance(outcomes.pop(3), WorkerDiedError)
    assert outcomes == {number: -number for number in (1, 2, 4, 5, 6)}


@pytest.mark.process
@pytest.mark.slow
def test_what_cannot_be_built_is_the_result_of_each_task() -> None:
    nothing: Pool[int, int] = Pool.of_processes(build_nothing, 2)
    with nothing as pool:
        ((_, outcome),) = pool.run([1])
    assert isinstance(outcome, LookupError)


def test_one_job_needs_no_process() -> None:
    with Pool.of_processes(partial(build, abs), 1) as pool:
        assert list(pool.run([-2])) == [(-2, 2)]
