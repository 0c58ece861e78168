"""Tasks done by several threads or processes, their results in order, and never many of them waiting."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Generic, TypeVar

from text_recognizer.errors import TextRecognizerError

Task = TypeVar("Task")
Result = TypeVar("Result")

_TASKS_PER_WORKER = 2  # one in work, one ready: results that wait take memory
_state: list[Callable[[Any], Any]] = []  # of a process: what it does with a task


class WorkerDiedError(TextRecognizerError):
    """The process that worked at a task is gone."""


class Pool(Generic[Task, Result]):
    """Does tasks; a context manager.

    ```python
    from text_recognizer.documents.pool import Pool

    with Pool(abs, jobs=2) as pool:
        print([result for task, result in pool.run([-1, 2, -3])])  # [1, 2, 3]
    ```
    """

    def __init__(self, work: Callable[[Task], Result], jobs: int = 1) -> None:
        """Work with threads that share `work`.

        Args:
            work: Does a task; what it raises becomes its result, if it is an `Exception`.
            jobs: Number of threads; 1: the calling one does the work.
        """
        self._work = work
        self._jobs = jobs
        self._make: Callable[[], Executor] = lambda: ThreadPoolExecutor(jobs)
        self._executor: Executor | None = None
        self._call: Callable[[Task], Result] = work

    @classmethod
    def of_processes(cls, build: Callable[[], Callable[[Task], Result]], jobs: int) -> "Pool[Task, Result]":
        """Work with processes, each of which builds what does its tasks.

        Args:
            build: Called once in each process; can be pickled.
            jobs: Number of processes; 1: the calling one does the work.
        """
        if jobs == 1:
            return cls(build(), 1)
        pool: Pool[Task, Result] = cls(_do, jobs)
        context = multiprocessing.get_context("spawn")  # a forked process would share locks of libraries
        pool._make = lambda: ProcessPoolExecutor(jobs, context, _begin, (build,))
        return pool

    def __enter__(self) -> "Pool[Task, Result]":
        """Start the workers."""
        if self._jobs > 1:
            self._executor = self._make()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them after their current task."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result | Exception]]:
        """Yield each task with its result, or with the exception that it ended in, in order.

        Tasks are taken when there is room for them. If a process dies, its task is tried once more, alone;
        a task with which the process dies again ends in a `WorkerDiedError`.
        """
        waiting: deque[tuple[Task, Future[Result] | None]] = deque()
        for task in tasks:
            waiting.append((task, self._submit(task)))
            if len(waiting) >= self._jobs * _TASKS_PER_WORKER or self._executor is None:
                yield self._next(waiting)
        while waiting:
            yield self._next(waiting)

    def _submit(self, task: Task) -> "Future[Result] | None":
        if self._executor is None:
            return None
        try:
            return self._executor.submit(self._call, task)
        except BrokenProcessPool:
            return None  # tried when it is its turn

    def _next(self, waiting: "deque[tuple[Task, Future[Result] | None]]") -> tuple[Task, Result | Exception]:
        task, future = waiting.popleft()
        try:
            return task, self._work(task) if self._executor is None else self._result(task, future)
        except BrokenProcessPool:
            return task, self._again(task)
        except Exception as error:
            return task, error

    def _result(self, task: Task, future: "Future[Result] | None") -> Result:
        if future is None:
            raise BrokenProcessPool("it broke before")
        return future.result()

    def _again(self, task: Task) -> Result | Exception:
        """Do a task with new processes, no other one at the same time."""
        try:
            return self._restart().submit(self._call, task).result()
        except BrokenProcessPool:
            self._restart()
            return WorkerDiedError(
                "The process that read it was ended, as a rule for lack of memory. Use fewer --jobs."
            )
        except Exception as error:
            return error

    def _restart(self) -> Executor:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
        self._executor = self._make()
        return self._executor


def _begin(build: Callable[[], Callable[[Any], Any]]) -> None:
    """Prepare a process: it leaves Ctrl-C to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _state[:] = [build()]
    except Exception as error:
        _state[:] = [_failing(error)]


def _failing(error: Exception) -> Callable[[Any], Any]:
    """Return what ends each task in an error: one raised by `_begin` would end the process without a word."""

    def fail(task: Any) -> Any:
        raise error

    return fail


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(task: Any) -> Any:
    return _state[0](task)
