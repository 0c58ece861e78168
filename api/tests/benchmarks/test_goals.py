import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from api.benchmarks import load, report, schema, shutdown, soak
from api.benchmarks.clients import Response
from text_recognizer.images.loading import load_image


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
        "many": stage(240, {"200": 9, "503": 9}, 40),
        "many_that_hammer": stage(900, {"200": 9, "503": 9}, 90),
    }
    assert all(load.goals(good).values())
    assert not all(load.goals({**good, "many": stage(251, {"200": 9})}).values())
    assert not all(load.goals({**good, "many": stage(200, {"200": 9}, 51)}).values())
    assert not all(load.goals({**good, "few": stage(100, {"200": 9, "0": 1})}).values())
    nobody = {**stage(0, {"503": 9}, 10), "accepted_ms": {}}
    assert not all(load.goals({**good, "many": nobody}).values())


def test_growth_is_that_of_the_worst_worker() -> None:
    samples = [
        {"pids": [1, 2], "mb": [100.0, 50.0], "files": [20, 20]},
        {"pids": [1, 2], "mb": [150.0, 50.0], "files": [30, 20]},
        {"pids": [1, 2], "mb": [101.0, 55.0], "files": [20, 21]},
    ]
    assert soak._growth(samples) == {"growth": 0.1, "more_files": 1, "replaced": False}
    samples[2]["pids"] = [1, 3]
    assert soak._growth(samples)["replaced"]


def test_requests_of_the_soak_are_of_three_kinds_and_the_same_each_time() -> None:
    requests = list(soak.requests(20))
    assert requests == list(soak.requests(20))
    assert sum(b"mode=line" in request for request in requests) == 16
    assert len(set(requests)) > 15


def test_what_counts_at_a_stop() -> None:
    responses = [Response(status, 0.1, finished, b"") for status, finished in
               ((200, 1.0), (200, 3.0), (503, 3.0), (0, 3.0), (-1, 4.0), (500, 3.0))]  # fmt: skip
    assert shutdown._count(responses, 2.0) == {
        "answered": 4,
        "answered_after_sigterm": 3,
        "refused_connections": 1,
        "broken": 1,
        "errors": 1,
    }


@pytest.mark.parametrize("reached", [True, False])
def test_a_missed_goal_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str], reached: bool) -> None:
    path = tmp_path / "x.json"
    with contextlib.nullcontext() if reached else pytest.raises(report.MissedGoalError, match="fast"):
        report.finish("x", {"a": 1}, {"fast": reached, "small": True}, path)
    written = json.loads(path.read_text(encoding="utf-8"))
    assert (written["a"], written["goals"]) == (1, {"fast": reached, "small": True})
    assert json.loads(capsys.readouterr().out) == written


def test_images_for_schemathesis_are_images() -> None:
    for kind in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"):
        assert load_image(schema._picture(5, 7, 0, kind)).shape == (7, 5)
