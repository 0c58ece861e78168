"""Admission control: one recognition at a time, a few requests waiting, all others refused at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from werkzeug.exceptions import ServiceUnavailable

Result = TypeVar("Result")

RETRY_AFTER_S = 1  # about the time in which a worker reads a few lines, so that a place is free again


class Admission:
    """A bounded queue in front of the one thread that recognizes; threads may share it.

    A single thread, because predictions that share a core all finish late. One after the other, the first
    ones finish early, and only one decoded image is in memory.

    ```python
    import time

    from api.admission import Admission

    admission = Admission(queue_size=5)
    print(admission.run(lambda: "some text", deadline=time.monotonic() + 10.0))
    ```
    """

    def __init__(self, queue_size: int, observe: Callable[[int], None] = lambda _: None) -> None:
        """Create an empty queue.

        Args:
            queue_size: Number of requests that may wait for the running one.
            observe: Called with the number of admitted requests whenever it changes.
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
                f"The queue is full: this process takes at most {self._limit} requests at a time. "
                "Send the request again after the seconds in Retry-After."
            )

    def run(self, job: Callable[[], Result], deadline: float) -> Result:
        """Run `job` when its turn comes; return its result or raise its exception.

        Args:
            job: The recognition.
            deadline: `time.monotonic()` by which this returns. A job that is still waiting then is dropped;
                one that is running continues and keeps its place in the queue until it ends.

        Raises:
            ServiceUnavailable: If the queue is full or the deadline has passed.
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
            if future.cancel() or future.running():
                raise _unavailable(
                    "The image was not recognized within the time limit of a request: it is large, or the "
                    "service is busy. Send it again after the seconds in Retry-After, or scale it down."
                ) from None
        # The job ended just after the deadline, or the TimeoutError was its own.
        return future.result()

    def _release(self) -> None:
        with self._lock:
            self._admitted -= 1
            self._observe(self._admitted)


def _unavailable(detail: str) -> ServiceUnavailable:
    return ServiceUnavailable(detail, retry_after=RETRY_AFTER_S)
