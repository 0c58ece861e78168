import os

import pytest

from api.clients import rate_limit
from api.clients.rate_limit import RateLimit, RateTable


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rate_limit, "time", clock)
    return clock


def test_after_a_burst_requests_come_at_the_rate(clock: Clock) -> None:
    limit = RateLimit(per_second=2.0, burst=3)
    assert [limit.wait("a") for _ in range(4)] == [0.0, 0.0, 0.0, pytest.approx(0.5)]
    clock.now += 0.5
    assert limit.wait("a") == 0.0
    assert limit.wait("a") == pytest.approx(0.5)
    clock.now += 60
    assert [limit.wait("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_a_refused_request_does_not_count(clock: Clock) -> None:
    limit = RateLimit(per_second=1.0, burst=1)
    limit.wait("a")
    assert [limit.wait("a") for _ in range(3)] == [pytest.approx(1.0)] * 3


def test_each_client_has_its_own_limit(clock: Clock) -> None:
    limit = RateLimit(per_second=1.0, burst=1)
    assert [limit.wait(f"client {number}") for number in range(500)] == [0.0] * 500


def test_images_of_a_batch_are_paid_for_later(clock: Clock) -> None:
    limit = RateLimit(per_second=1.0, burst=2)
    assert limit.wait("a") == 0.0
    limit.charge("a", 5)
    assert limit.wait("a") == pytest.approx(5.0)


def test_the_limit_holds_over_forked_workers(clock: Clock) -> None:
    limit = RateLimit(per_second=1.0, burst=1, table=RateTable())
    child = os.fork()
    if child == 0:
        limit.wait("a")
        os._exit(0)
    os.waitpid(child, 0)
    assert limit.wait("a") > 0


def test_many_clients_rarely_limit_another_one(clock: Clock) -> None:
    limit = RateLimit(per_second=1.0, burst=1)
    for number in range(2000):
        limit.wait(f"attacker {number}")
    refused = sum(limit.wait(f"client {number}") > 0 for number in range(500))
    assert refused <= 5
