"""SIGTERM under load: is every accepted request answered? `python -m api.benchmarks.shutdown`.

A request counts as accepted once its connection was: a client that is refused knows that nothing was sent.
"""

import argparse
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.benchmarks.clients import Answer, http_request, run_load
from api.benchmarks.report import finish
from api.benchmarks.server import IMAGES, serve

CLIENTS = 8
BROKEN, REFUSED = 0, -1  # see `Answer.status`


def stop_once(before: float, workers: int = 2) -> dict[str, Any]:
    """Return what clients saw of one stop.

    Args:
        before: Seconds of load until SIGTERM.
        workers: Processes of the service.
    """
    requests = [
        http_request("/v1/predict?mode=line", path.read_bytes()) for path in sorted(IMAGES.glob("line_*.png"))
    ]
    with serve(workers) as server:
        told: list[float] = []

        def stop() -> None:
            told.append(time.monotonic())
            server.terminate()

        timer = threading.Timer(before, stop)
        timer.start()
        answers = run_load(
            server.port, requests, CLIENTS, lambda _: bool(told) and time.monotonic() > told[0] + 1.0, 0.1
        )
        timer.join()
        status = server.process.wait(60)
        return {**_count(answers, told[0]), "exit_status": status, "stop_seconds": time.monotonic() - told[0]}


def _count(answers: Sequence[Answer], told: float) -> dict[str, Any]:
    statuses = Counter(answer.status for answer in answers)
    return {
        "answered": sum(number for status, number in statuses.items() if status > 0),
        "answered_after_sigterm": sum(a.status > 0 and a.finished > told for a in answers),
        "refused_connections": statuses[REFUSED],
        "broken": statuses[BROKEN],
        "errors": sum(n for status, n in statuses.items() if status not in (200, 503, REFUSED, BROKEN)),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="default: %(default)s")
    parser.add_argument("--json", type=Path, help="write here instead of evaluation/results/service/")
    options = parser.parse_args(arguments)
    chance = random.Random(0)
    stops = [stop_once(chance.uniform(0.5, 2.0)) for _ in range(options.times)]
    goals = {
        "every accepted request is answered": not any(stop["broken"] or stop["errors"] for stop in stops),
        "requests were under way at each stop": all(stop["answered_after_sigterm"] for stop in stops),
        "it ends by itself": all(stop["exit_status"] == 0 for stop in stops),
    }
    return finish("shutdown", {"stops": stops}, goals, options.json)


if __name__ == "__main__":
    raise SystemExit(main())
