import time

import pytest

from text_recognizer.budget import Budget, SearchTimeError


class Clock:
    """Processor time that a test sets."""

    def __init__(self) -> None:
        self.now = 5.0

    def __call__(self) -> float:
        return self.now


def test_without_limits_everything_may_go_on() -> None:
    budget = Budget()
    assert budget.begin_line()
    assert budget.may_search()
    budget.check_search()
    assert not budget.exhausted


def test_first_the_search_ends_and_then_the_lines() -> None:
    clock = Clock()
    budget = Budget(search_seconds=1.0, seconds=2.0, clock=clock)
    clock.now += 1.5
    assert not budget.may_search()
    with pytest.raises(SearchTimeError):
        budget.check_search()
    assert budget.begin_line()
    clock.now += 1.0
    assert (budget.begin_line(), budget.exhausted, budget.spent) == (False, True, 2.5)


def test_work_done_elsewhere_counts() -> None:
    budget = Budget(seconds=1.0, clock=Clock())
    budget.charge(1.0)
    assert budget.exhausted


def test_the_clock_on_the_wall_ends_it_too() -> None:
    budget = Budget(until=time.monotonic() - 1)
    assert budget.exhausted
    with pytest.raises(SearchTimeError):
        budget.check_search()


def test_a_line_is_searched_if_its_share_of_the_time_suffices() -> None:
    clock = Clock()
    budget = Budget(search_seconds=1.0, clock=clock)
    budget.expect(10)
    assert budget.may_search()  # nothing is known of the lines yet
    clock.now += 0.3
    budget.end_line(0.3, searched=True)
    assert not budget.may_search()  # 0.7 s for 9 lines: a search took 0.3 s
    budget.end_line(0.0, searched=False)
    for _ in range(6):
        budget.end_line(0.0, searched=False)
    assert budget.may_search()  # 0.7 s for 2 lines
    assert budget.greedy_lines == 7


def test_others_are_let_in_before_each_line() -> None:
    called = []
    budget = Budget(give_way=lambda: called.append(1))
    budget.begin_line()
    budget.begin_line()
    assert called == [1, 1]


def test_what_is_affordable_ends_with_the_budget() -> None:
    budget = Budget(seconds=3.0, clock=lambda: 0.0)
    assert budget.affords(2.9)
    assert not budget.affords(3.0)
    budget.charge(1.0)
    assert not budget.affords(2.1)
    assert Budget().affords(1e9)


def test_preparation_has_a_part_of_the_time() -> None:
    clock = Clock()
    budget = Budget(seconds=2.0, clock=clock)
    assert (budget.may_prepare(), budget.unprepared) == (True, False)
    clock.now += 1.0
    assert (budget.may_prepare(), budget.unprepared, budget.exhausted) == (False, True, False)
