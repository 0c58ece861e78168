"""Whose turn it is to recognize: one thread at a time, and short work goes between the lines of long work."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

# Between two steps of a page, such as the reading of a line, short turns may take as long as the step before
# them, or four of them longer. A page then takes about twice as long as alone at most, while those who send
# lines get half of the processor beside it.
LEAST_SHORT_TURNS = 4


class TurnTimeoutError(Exception):
    """The turn did not come in time.

    ```python
    import time

    from api.sharing.turns import Turns, TurnTimeoutError

    turns = Turns()
    with turns.take(time.monotonic(), short=True):
        try:
            with turns.take(time.monotonic(), short=True):
                pass
        except TurnTimeoutError:
            print("somebody else is at work")
    ```
    """


class _Ticket:
    """One who waits for a turn."""

    def __init__(self, short: bool) -> None:
        self.short = short
        self.called = threading.Event()


class Turns:
    """Gives the turns in the order of arrival; threads share it.

    A single turn at a time, because predictions that share a core all finish late. One after the other, the
    first ones finish early, and only one decoded page is in memory: a page that gives way lets lines go
    first, but no other page.

    ```python
    import time

    from api.sharing.turns import Turns

    with Turns().take(time.monotonic() + 10.0, short=False) as give_way:
        give_way()  # nobody waits
        print("some text")
    ```
    """

    def __init__(self) -> None:
        """Begin with nobody at work."""
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[_Ticket] = deque()
        self._resting: _Ticket | None = None  # long work that has given way
        self._short_turns = 0  # since then
        self._rested, self._step_seconds = 0.0, 0.0  # when that was, and how long it had worked before
        self._long_since = 0.0  # when long work got its turn

    @contextmanager
    def take(self, deadline: float, short: bool) -> Iterator[Callable[[], None]]:
        """Wait for a turn and hold it within the `with` block.

        Args:
            deadline: `time.monotonic()` until which to wait.
            short: Whether the work is short, like the recognition of a line.

        Yields:
            A function that lets short work that is waiting go first; it returns when the turn is back.

        Raises:
            TurnTimeoutError: If the turn did not come until the deadline.
        """
        ticket = _Ticket(short)
        self._wait(ticket, deadline)
        self._long_since = time.monotonic()
        try:
            yield partial(self._rest, ticket)
        finally:
            with self._lock:
                self._call_next()

    def _wait(self, ticket: _Ticket, deadline: float) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            self._waiting.append(ticket)
        if ticket.called.wait(max(0.0, deadline - time.monotonic())):
            return
        with self._lock:
            if not ticket.called.is_set():  # otherwise the turn came just now
                self._waiting.remove(ticket)
                raise TurnTimeoutError

    def _rest(self, ticket: _Ticket) -> None:
        with self._lock:
            if ticket.short or not any(each.short for each in self._waiting):
                return
            ticket.called.clear()
            self._resting, self._short_turns = ticket, 0
            self._rested = time.monotonic()
            self._step_seconds = self._rested - self._long_since
            self._call_next()
        ticket.called.wait()
        self._long_since = time.monotonic()

    def _call_next(self) -> None:
        following = self._next()
        self._taken = following is not None
        if following is not None:
            following.called.set()

    def _next(self) -> _Ticket | None:
        if self._resting is None:
            return self._waiting.popleft() if self._waiting else None
        short = next((each for each in self._waiting if each.short), None)
        early = time.monotonic() < self._rested + self._step_seconds
        if short is not None and (early or self._short_turns < LEAST_SHORT_TURNS):
            self._waiting.remove(short)
            self._short_turns += 1
            return short
        resting, self._resting = self._resting, None
        return resting
