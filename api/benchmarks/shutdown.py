"""Checks that SIGTERM under load loses no accepted request: `python -m api.benchmarks.shutdown`.

A request counts as accepted if its connection was accepted: a client whose connection is refused knows that
it has sent nothing.
"""

import argparse
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from api.benchmarks.clients import BROKEN, REFUSED, Response, http_request, run_load
from api.benchmarks.report import benchmark_parser, finish
from api.benchmarks.server import IMAGES, STOP_TIMEOUT_S, serve
from text_recognizer.tooling.command import run_command

CLIENTS = 8  # fewer than 2 workers and their queues hold (12): requests wait at the time of the stop
LOAD_AFTER_SIGTERM_S = 1.0  # clients go on, so that requests arrive during the stop
PAUSE_AFTER_503_S = 0.1  # a tenth of Retry-After: full queues at the time of the stop


def stop_once(before: float, workers: int = 2) -> dict[str, Any]:
    """Return what the clients saw of one stop.

    Args:
        before: Seconds of load until SIGTERM.
        workers: Number of processes of the service.
    """
    requests = [
        http_request("/v1/predict?mode=line", path.read_bytes()) for path in sorted(IMAGES.glob("line_*.png"))
    ]
    with serve(workers) as server:
        stopped_at: list[float] = []

        def stop() -> None:
            stopped_at.append(time.monotonic())
            server.terminate()

        timer = threading.Timer(before, stop)
        timer.start()
        responses = run_load(
            server.port,
            requests,
            CLIENTS,
            lambda _: bool(stopped_at) and time.monotonic() > stopped_at[0] + LOAD_AFTER_SIGTERM_S,
            PAUSE_AFTER_503_S,
        )
        timer.join()
        status = server.process.wait(STOP_TIMEOUT_S)
        return {
            **_count(responses, stopped_at[0]),
            "exit_status": status,
            "stop_seconds": time.monotonic() - stopped_at[0],
        }


def _count(responses: Sequence[Response], stopped_at: float) -> dict[str, Any]:
    statuses = Counter(response.status for response in responses)
    return {
        "answered": sum(number for status, number in statuses.items() if status > 0),
        "answered_after_sigterm": sum(each.status > 0 and each.finished > stopped_at for each in responses),
        "refused_connections": statuses[REFUSED],
        "broken": statuses[BROKEN],
        "errors": sum(n for status, n in statuses.items() if status not in (200, 503, REFUSED, BROKEN)),
    }


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure, write the result and check the goals.

    Raises:
        MissedGoalError: If a goal was missed.
    """
    chance = random.Random(0)
    stops = [stop_once(chance.uniform(0.5, 2.0)) for _ in range(options.times)]
    goals = {
        "every accepted request is answered": not any(stop["broken"] or stop["errors"] for stop in stops),
        "requests were under way at each stop": all(stop["answered_after_sigterm"] for stop in stops),
        "it ends by itself": all(stop["exit_status"] == 0 for stop in stops),
    }
    finish("shutdown", {"stops": stops}, goals, options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--times", type=int, default=20, help="default: %(default)s")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
