"""Measures 8 and 64 clients that send line images at once: `python -m api.benchmarks.load`.

Clients that get a 503 return after the seconds of Retry-After; in the last stage they return at once. The
goals hold for 2 workers on 2 cores that nothing else uses; the ratios hold on any machine.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

from api.admission import RETRY_AFTER_S
from api.benchmarks.baseline import baseline
from api.benchmarks.clients import http_request, run_load, summarize
from api.benchmarks.report import benchmark_parser, finish
from api.benchmarks.server import IMAGES, serve
from text_recognizer.tooling.command import run_command

FEW_CLIENTS = 8  # fewer than 2 workers and their queues hold (12): none should be refused
MANY_CLIENTS = 64  # several times more: most are refused
WARM_UP_REQUESTS = 40  # several for each worker


def measure(seconds: float, workers: int, queue_size: str | None = None) -> dict[str, Any]:
    """Return the summary of each stage.

    Args:
        seconds: Length of each of the three stages.
        workers: Number of processes of the service.
        queue_size: Replaces the default of `ApiConfig`.
    """
    requests = [
        http_request("/v1/predict?mode=line", path.read_bytes()) for path in sorted(IMAGES.glob("line_*.png"))
    ]
    settings = {} if queue_size is None else {"queue_size": queue_size}
    stages = {
        "few": (FEW_CLIENTS, RETRY_AFTER_S),
        "many": (MANY_CLIENTS, RETRY_AFTER_S),
        "many_that_hammer": (MANY_CLIENTS, 0),
    }
    result: dict[str, Any] = {"workers": workers, "settings": settings}
    with serve(workers, **settings) as server:
        run_load(server.port, requests, workers, lambda sent: sent >= WARM_UP_REQUESTS)
        for name, (clients, pause) in stages.items():
            nothing = baseline(server.port, clients)
            start = time.monotonic()
            responses = run_load(server.port, requests, clients, after(start + seconds), pause)
            summary = summarize(responses, time.monotonic() - start)
            result[name] = {"clients": clients, "baseline": nothing, **summary}
    return result


def after(end: float) -> Callable[[int], bool]:
    """Return what tells `run_load` to stop at `time.monotonic()` = `end`."""
    return lambda _: time.monotonic() > end


def goals(result: dict[str, Any]) -> dict[str, bool]:
    """Return the goals of the service and whether each was reached."""
    few, many = result["few"], result["many"]
    hammered = result["many_that_hammer"]["accepted_per_second"]
    p99 = few["accepted_ms"].get("p99", float("inf"))
    p99_of_many = many["accepted_ms"].get("p99", float("inf"))
    statuses = {status for stage in (few, many, result["many_that_hammer"]) for status in stage["statuses"]}
    return {
        "few: at least 60 accepted per second": few["accepted_per_second"] >= 60,
        "few: p99 at most 250 ms": p99 <= 250,
        "few: none refused": set(few["statuses"]) == {"200"},
        "many: p99 of the accepted at most twice that of few": p99_of_many <= 2 * p99,
        "many: p99 of the refused at most 50 ms": many["refused_ms"].get("p99", 0) <= 50,
        "many that hammer: at least 80 % accepted of those that wait": hammered
        >= 0.8 * many["accepted_per_second"],
        "nothing but 200 and 503": statuses <= {"200", "503"},
    }


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure, write the result and check the goals.

    Raises:
        MissedGoalError: If a goal was missed.
    """
    result = measure(options.seconds, options.workers, options.queue_size)
    finish("load", result, goals(result), options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="of each stage; default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--queue-size", help="instead of the default of ApiConfig")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
