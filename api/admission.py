"""Who may use the models: one request at a time, a few that wait, the others are sent away at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from werkzeug.exceptions import ServiceUnavailable

Result = TypeVar("Result")

RETRY_AFTER = 1  # seconds


class Admission:
    """A bounded queue in front of one thread that recognizes; safe to share between threads.

    One thread, because predictions that share a core all finish late: in turns the first ones finish early,
    and only one decoded image is in memory.
    """

    def __init__(self, queue_size: int, observe: Callable[[int], None] = lambda _: None) -> None:
        """Begin with an empty queue.

        Args:
            queue_size: Requests that may wait for the one that runs.
            observe: Is told the number of admitted requests whenever it changes.
        """
        self._limit = queue_size + 1
        self._observe = observe
        self._admitted = 0
        self._lock = threading.Lock()
        self._executor = ThreadPoolExecutor(1, "recognize")

    def check(self) -> None:
        """Refuse a request before its body is read.

        Raises:
            ServiceUnavailable: If the queue is full.
        """
        if self._admitted >= self._limit:
            raise _unavailable(
                f"Expected at most {self._limit} images in this process at a time; received one more. "
                "Send it again after the seconds in Retry-After."
            )

    def run(self, job: Callable[[], Result], deadline: float) -> Result:
        """Return what `job` returns, or raise what it raises.

        Args:
            job: Is called once it is its turn.
            deadline: Latest `time.monotonic()` at which this returns. A job that waits is dropped then; one
                that runs keeps its place until it ends.

        Raises:
            ServiceUnavailable: If the queue is full or the deadline has come.
        """
        with self._lock:
            self.check()
            self._admitted += 1
            self._observe(self._admitted)
        future = self._executor.submit(job)
        future.add_done_callback(lambda _: self._release())
        try:
            return future.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            if future.done() and not future.cancelled():
                raise  # the job's own
            future.cancel()
            raise _unavailable(
                "Expected an answer within the time limit of a request; received none, for the image is "
                "large or the service is busy. Send it again after the seconds in Retry-After, or smaller."
            ) from None

    def _release(self) -> None:
        with self._lock:
            self._admitted -= 1
            self._observe(self._admitted)


def _unavailable(detail: str) -> ServiceUnavailable:
    return ServiceUnavailable(detail, retry_after=RETRY_AFTER)
