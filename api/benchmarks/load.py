"""Line images from 8 and from 64 clients at once: `python -m api.benchmarks.load`.

Clients that are sent away with 503 come back after the seconds of Retry-After; at last they do not, and
hammer. The goals are for 2 workers on 2 cores that nothing else uses; the ratio holds on any machine.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from api.admission import RETRY_AFTER_S
from api.benchmarks.clients import http_request, run_load, summarize
from api.benchmarks.report import finish
from api.benchmarks.server import IMAGES, serve

FEW, MANY = 8, 64
WARM_UP = 40  # requests


def measure(seconds: float, workers: int, queue_size: str | None = None) -> dict[str, Any]:
    """Return what each number of clients saw.

    Args:
        seconds: Of each of the three stages.
        workers: Processes of the service.
        queue_size: Instead of the default.
    """
    requests = [
        http_request("/v1/predict?mode=line", path.read_bytes()) for path in sorted(IMAGES.glob("line_*.png"))
    ]
    settings = {} if queue_size is None else {"queue_size": queue_size}
    stages = {"few": (FEW, RETRY_AFTER_S), "many": (MANY, RETRY_AFTER_S), "many_that_hammer": (MANY, 0)}
    result: dict[str, Any] = {"workers": workers, "settings": settings}
    with serve(workers, **settings) as server:
        run_load(server.port, requests, workers, lambda sent: sent >= WARM_UP)
        for name, (clients, pause) in stages.items():
            start = time.monotonic()
            answers = run_load(server.port, requests, clients, _after(start + seconds), pause)
            result[name] = {"clients": clients, **summarize(answers, time.monotonic() - start)}
    return result


def _after(end: float) -> Callable[[int], bool]:
    return lambda _: time.monotonic() > end


def goals(result: dict[str, Any]) -> dict[str, bool]:
    """Return what the service promises, and whether it was so."""
    few, many = result["few"], result["many"]
    p99 = few["accepted_ms"].get("p99", float("inf"))
    p99_of_many = many["accepted_ms"].get("p99", float("inf"))
    statuses = {status for stage in (few, many, result["many_that_hammer"]) for status in stage["statuses"]}
    return {
        "few: at least 60 accepted per second": few["accepted_per_second"] >= 60,
        "few: p99 at most 250 ms": p99 <= 250,
        "many: p99 of the accepted at most 2.5 times that of few": p99_of_many <= 2.5 * p99,
        "many: p99 of the refused at most 50 ms": many["refused_ms"].get("p99", 0) <= 50,
        "nothing but 200 and 503": statuses <= {"200", "503"},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="of each stage; default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--queue-size", help="instead of the default of ApiConfig")
    parser.add_argument("--json", type=Path, help="write here instead of evaluation/results/service/")
    options = parser.parse_args(arguments)
    result = measure(options.seconds, options.workers, options.queue_size)
    return finish("load", result, goals(result), options.json)


if __name__ == "__main__":
    raise SystemExit(main())
