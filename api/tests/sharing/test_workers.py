import os

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


def test_a_worker_that_is_gone_has_no_connections_and_no_places() -> None:
    workers = Workers(count=3)
    for number, connections in enumerate([4, 2, 7]):
        workers.enter(number)
        workers.connections.set(number, connections)
    workers.number = 1
    assert workers.fewest_connections() == 4
    workers.admitted.set(0, 3)
    workers.leave(0)
    assert (workers.fewest_connections(), workers.admitted.total()) == (7, 0)


def test_a_worker_that_is_alone_compares_with_itself() -> None:
    workers = Workers(count=1)
    workers.enter(0)
    workers.connections.set(0, 9)
    assert workers.fewest_connections() == 9
