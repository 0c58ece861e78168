"""Admission control: a few requests are recognized or wait for it, all others are refused at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from werkzeug.exceptions import ServiceUnavailable

from api.sharing.turns import Turns, TurnTimeoutError
from api.sharing.workers import Workers

Result = TypeVar("Result")

RETRY_AFTER_S = 1  # about the time in which a worker reads a few lines, so that a place is free again
_LATE = "The turn of this image did not come within the time limit of a request."
_FULL = "The queue is full: it takes at most {} requests at a time."
_MOST_OF_PLACES = 2  # so that the threads of one worker suffice even if most requests come to it


class Admission:
    """The places of the service, and the turns of this process; threads share it.

    A place is taken before the body of a request is looked at, and free again when the work for it has really
    ended: the thread of the request does the work itself.

    ```python
    import time

    from api.admission import Admission

    admission = Admission(queue_size=5)
    print(admission.run(lambda: "some text", deadline=time.monotonic() + 10.0))
    ```
    """

    def __init__(
        self,
        queue_size: int,
        observe: Callable[[int], None] = lambda _: None,
        workers: Workers | None = None,
    ) -> None:
        """Create free places.

        Args:
            queue_size: Number of requests that may wait in each process for the one that is recognized.
            observe: Called with the number of this process's admitted requests whenever it changes.
            workers: The workers that share the places; None = there is one process.
        """
        self._own_limit = queue_size + 1
        self._observe = observe
        self._workers = workers
        self._admitted = 0
        self._lock = threading.Lock()
        self._turns = Turns()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place within the `with` block.

        Raises:
            ServiceUnavailable: If no place is free in any worker.
        """
        with self._lock:
            self._check()
            self._count(1)
        try:
            yield
        finally:
            with self._lock:
                self._count(-1)

    @contextmanager
    def turn(self, deadline: float, short: bool = False) -> Iterator[Callable[[], None]]:
        """Wait for the turn of a request that has a place, see `Turns.take`.

        Raises:
            ServiceUnavailable: If the turn did not come until the deadline.
        """
        with ExitStack() as stack:
            try:
                give_way = stack.enter_context(self._turns.take(deadline, short))
            except TurnTimeoutError:
                raise unavailable(_LATE) from None
            yield give_way

    def run(self, job: Callable[[], Result], deadline: float) -> Result:
        """Take a place, wait for the turn and call `job`; return its result or raise its exception.

        Raises:
            ServiceUnavailable: If no place is free, or the turn did not come until the deadline.
        """
        with self.place(), self.turn(deadline):
            return job()

    def _check(self) -> None:
        own, limit = self._admitted, self._own_limit
        full = own >= limit
        if self._workers is not None:
            limit *= self._workers.count
            full = self._workers.admitted.total() >= limit or own >= _MOST_OF_PLACES * self._own_limit
        if full:
            raise unavailable(_FULL.format(limit))

    def _count(self, change: int) -> None:
        self._admitted += change
        self._observe(self._admitted)
        if self._workers is not None:
            self._workers.admitted.set(self._workers.number, self._admitted)


def unavailable(reason: str) -> ServiceUnavailable:
    """Return the error of a request that can succeed later."""
    return ServiceUnavailable(
        f"The service is busy. {reason} Send the request again after the seconds in Retry-After.",
        retry_after=RETRY_AFTER_S,
    )
