"""The simulation beside the measurement takes the seconds that were measured."""

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from api.benchmarks import arrivals
from api.benchmarks.clients import Response


def test_measured_seconds_are_simulated() -> None:
    idle = arrivals.simulated(np.full(10, 0.1), rate=0.01)
    assert idle == {"p50_ms": 100.0, "p99_ms": 100.0, "refused_share": 0.0}


def test_every_load_is_measured_and_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def serve(workers: int) -> Any:
        assert workers == 1
        yield SimpleNamespace(port=1)

    def run_arrivals(port: int, requests: Any, times: list[float]) -> list[Response]:
        rates.append(len(times) / times[-1])
        return [Response(200, 0.2, 0.0, b"")] * len(times)

    rates: list[float] = []
    monkeypatch.setattr(arrivals, "serve", serve)
    monkeypatch.setattr(arrivals, "SIMULATED_REQUESTS", 500)
    monkeypatch.setattr(arrivals, "run_load", lambda *_: [Response(200, 0.1, 0.0, b"")] * 5)
    monkeypatch.setattr(arrivals, "run_arrivals", run_arrivals)
    result = arrivals.measure(400)
    assert [result[f"load_{load}"]["rate"] for load in arrivals.LOADS] == [5.0, 8.0, 12.0]
    assert rates == pytest.approx([5, 8, 12], rel=0.1), "they come as often as the rate says"
    row = result["load_1.2"]
    assert row["alone_ms"] == 100
    assert row["measured"]["accepted_ms"]["p99"] == 200
    assert row["simulated"]["refused_share"] > 0.1
