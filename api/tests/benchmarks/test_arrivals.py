"""The simulation beside the measurement takes the arrivals and the seconds that were measured."""

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from api.benchmarks import arrivals
from api.benchmarks.clients import Response


def response(total_ms: float, queue_ms: float = 0.0, status: int = 200) -> Response:
    head = f"HTTP/1.1 {status} x\r\nServer-Timing: queue;dur={queue_ms}, total;dur={total_ms}"
    return Response(status, total_ms / 1000, 0.0, b"", head.encode())


def test_seconds_are_those_without_waiting_and_the_mean_for_the_refused() -> None:
    found = arrivals.service_seconds([response(50, 10), response(1, 0, 503), response(90, 70)])
    assert found == pytest.approx([0.04, 0.03, 0.02])


def test_the_simulation_waits_as_its_arrivals_say() -> None:
    times = np.linspace(0.1, 2.0, 20)  # more often than they can be read
    row = arrivals.compared([response(200)] * 20, times, rate=10.0)
    assert (row["service_ms"], row["variation"], row["load"]) == (200, 0, 2)
    assert row["measured"]["accepted_ms"]["p50"] == 200
    assert row["simulated"]["p99_ms"] > 1000
    assert row["simulated"]["refused"] > 3


def test_every_load_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def serve(workers: int) -> Any:
        assert workers == 1
        yield SimpleNamespace(port=1)

    def run_arrivals(port: int, requests: Any, times: list[float]) -> list[Response]:
        rates.append(len(times) / times[-1])
        return [response(100)] * len(times)

    rates: list[float] = []
    monkeypatch.setattr(arrivals, "serve", serve)
    monkeypatch.setattr(arrivals, "run_load", lambda *_: [response(100)] * 5)
    monkeypatch.setattr(arrivals, "run_arrivals", run_arrivals)
    result = arrivals.measure(400)
    assert [result[f"load_{load}"]["load"] for load in arrivals.LOADS] == [0.5, 0.8, 1.2]
    assert rates == pytest.approx([5, 8, 12], rel=0.1), "they come as often as the rate says"
