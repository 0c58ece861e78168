import os

import pytest

from api.sharing.workers import SharedCounts, Workers


def test_numbers_are_seen_by_forked_processes() -> None:
    counts = SharedCounts(rows=3)
    counts.set(0, 5)
    child = os.fork()
    if child == 0:
        counts.set(1, counts.get(0) + 1)
        os._exit(0)
    os.waitpid(child, 0)
    assert (counts.get(1), counts.total()) == (6, 11)


def workers(requests: list[int], connections: list[int]) -> Workers:
    """Return those with these numbers, as the first of them sees them."""
    workers = Workers(count=len(requests))
    for number in range(len(requests)):
        workers.enter(number)
        workers.admitted.set(number, requests[number])
        workers.connections.set(number, connections[number])
    workers.number = 0
    return workers


@pytest.mark.parametrize(
    ("requests", "connections", "tolerance", "crowded"),
    [
        ([3, 3], [5, 4], 0, True),
        ([3, 3], [5, 5], 0, False),
        ([3, 3], [5, 4], 1, False),
        ([3, 2], [4, 9], 0, True),  # its clients work, those of the other one wait
        ([2, 3], [9, 4], 0, False),
        ([3, 2], [9, 4], 1, True),
        ([3, 1], [4, 9], 1, True),
        ([1, 3], [9, 4], 1, False),
        ([3, 9, 2], [4, 4, 4], 0, True),
        ([9], [9], 0, False),  # alone
    ],
)
def test_a_worker_is_crowded_if_another_one_has_less_to_do(
    requests: list[int], connections: list[int], tolerance: int, crowded: bool
) -> None:
    assert workers(requests, connections).is_crowded(tolerance) is crowded


def test_a_worker_that_is_gone_has_nothing_to_do_and_gets_nothing() -> None:
    shared = workers([3, 1, 3], [4, 2, 7])
    assert shared.is_crowded(0)
    shared.leave(1)
    assert not shared.is_crowded(0)
    assert shared.admitted.total() == 6
