from typing import Any

from api.benchmarks import load


def stage(p99: float, statuses: dict[str, int], refused: float = 0.0) -> dict[str, Any]:
    return {
        "accepted_per_second": 80.0,
        "accepted_ms": {"p99": p99},
        "refused_ms": {"p99": refused} if refused else {},
        "statuses": statuses,
    }


def test_goals_of_the_load() -> None:
    good = {
        "few": stage(100, {"200": 9}),
        "many": stage(200, {"200": 9, "503": 9}, 40),
        "many_that_hammer": stage(900, {"200": 9, "503": 9}, 90),
    }
    assert all(load.goals(good).values())
    assert not all(load.goals({**good, "many": stage(201, {"200": 9})}).values())
    assert not all(load.goals({**good, "many": stage(200, {"200": 9}, 51)}).values())
    assert not all(load.goals({**good, "few": stage(100, {"200": 9, "0": 1})}).values())
    assert not all(load.goals({**good, "few": stage(100, {"200": 9, "503": 1})}).values())
    hammered = {**good["many_that_hammer"], "accepted_per_second": 63.0}
    assert not all(load.goals({**good, "many_that_hammer": hammered}).values())
    nobody = {**stage(0, {"503": 9}, 10), "accepted_ms": {}}
    assert not all(load.goals({**good, "many": nobody}).values())
