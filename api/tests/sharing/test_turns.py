import threading
import time
from collections.abc import Callable

import pytest

from api.sharing.turns import LEAST_SHORT_TURNS, Turns, TurnTimeoutError


def later(seconds: float = 30.0) -> float:
    return time.monotonic() + seconds


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen within 30 s")


class Waiting:
    """Threads that each take a turn and note their names."""

    def __init__(self, turns: Turns) -> None:
        self.order: list[str] = []
        self._turns = turns
        self._threads: list[threading.Thread] = []

    def add(self, name: str, short: bool) -> None:
        before = len(self._turns._waiting)
        self._threads.append(threading.Thread(target=self._work, args=(name, short)))
        self._threads[-1].start()
        wait_until(lambda: len(self._turns._waiting) > before)

    def _work(self, name: str, short: bool) -> None:
        with self._turns.take(later(), short):
            self.order.append(name)

    def join(self) -> list[str]:
        for thread in self._threads:
            thread.join(30)
        return self.order


def test_turns_come_in_the_order_of_arrival() -> None:
    turns = Turns()
    waiting = Waiting(turns)
    with turns.take(later(), short=False):
        for name in "abcd":
            waiting.add(name, short=name in "bd")
        assert waiting.order == []
    assert waiting.join() == ["a", "b", "c", "d"]


def test_between_two_lines_of_a_page_short_turns_come_first_but_no_page_does() -> None:
    turns = Turns()
    waiting = Waiting(turns)
    with turns.take(later(), short=False) as give_way:
        waiting.add("page", short=False)
        waiting.add("line", short=True)
        waiting.add("another line", short=True)
        give_way()
        assert waiting.order == ["line", "another line"]
        give_way()
        assert waiting.order == ["line", "another line"]
    assert waiting.join() == ["line", "another line", "page"]


def test_a_page_is_not_starved() -> None:
    turns = Turns()
    waiting = Waiting(turns)
    with turns.take(later(), short=False) as give_way:
        for number in range(LEAST_SHORT_TURNS + 3):
            waiting.add(str(number), short=True)
        turns._long_since = time.monotonic()  # the step is short
        give_way()
        assert len(waiting.order) == LEAST_SHORT_TURNS
    assert len(waiting.join()) == LEAST_SHORT_TURNS + 3


@pytest.mark.slow
def test_short_turns_may_take_as_long_as_the_step_before_them() -> None:
    turns = Turns()
    waiting = Waiting(turns)
    with turns.take(later(), short=False) as give_way:
        for number in range(3 * LEAST_SHORT_TURNS):
            waiting.add(str(number), short=True)
        time.sleep(0.5)
        give_way()
        assert len(waiting.order) == 3 * LEAST_SHORT_TURNS
    waiting.join()


def test_a_line_gives_way_to_nobody() -> None:
    turns = Turns()
    waiting = Waiting(turns)
    with turns.take(later(), short=True) as give_way:
        waiting.add("line", short=True)
        give_way()
        assert waiting.order == []
    assert waiting.join() == ["line"]


def test_who_waits_too_long_is_told_so_and_takes_no_turn() -> None:
    turns = Turns()
    with turns.take(later(), short=False), pytest.raises(TurnTimeoutError), turns.take(later(0.05), True):
        pass
    with turns.take(later(0), short=True):
        pass


def test_a_turn_that_fails_is_passed_on() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.take(later(), short=False):
        _ = 1 // 0
    with turns.take(later(), short=False):
        pass


def test_many_threads_around_their_deadlines_lose_no_turn() -> None:
    turns = Turns()

    def work(number: int) -> None:
        for each in range(50):
            try:
                with turns.take(later(0.001 * (each % 3)), short=number % 2 == 0) as give_way:
                    give_way()
            except TurnTimeoutError:
                continue

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with turns.take(later(0), short=False):
        pass
