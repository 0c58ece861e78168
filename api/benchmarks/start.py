"""Measures the time to readiness and the memory of a worker: `python -m api.benchmarks.start`."""

import argparse
import io
import statistics
import subprocess
import sys
import time
from typing import Any

from PIL import Image

from api.benchmarks.baseline import baseline
from api.benchmarks.clients import http_request, run_load
from api.benchmarks.report import benchmark_parser, finish
from api.benchmarks.server import IMAGES, peak_mb, resident_mb, serve
from text_recognizer.tooling.command import run_command

SCAN_SIZE_PX = (2480, 3508)  # width and height of A4 at 300 dpi


def scan() -> bytes:
    """Return a page of the size of a scan, as PNG."""
    buffer = io.BytesIO()
    Image.open(next(IMAGES.glob("page_*.png"))).convert("L").resize(SCAN_SIZE_PX).save(buffer, "PNG")
    return buffer.getvalue()


def seconds_of_python() -> float:
    """Return how long a process of Python that does nothing takes, beside which a start can be judged."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return time.monotonic() - start


def start_once(workers: int = 2) -> dict[str, Any]:
    """Return the seconds until /readyz answers, and memory and peak of the largest worker in MiB."""
    lines = [
        http_request("/v1/predict?mode=line", path.read_bytes()) for path in sorted(IMAGES.glob("line_*.png"))
    ]
    with serve(workers) as server:
        ready = [resident_mb(pid) for pid in server.workers()]
        run_load(server.port, lines, 2 * workers, lambda sent: sent >= 10 * workers)
        after_lines = [resident_mb(pid) for pid in server.workers()]
        scans = [http_request("/v1/predict", scan())]
        run_load(server.port, scans, 2 * workers, lambda sent: sent >= 4 * workers)
        after_scans = [resident_mb(pid) for pid in server.workers()]
        peak = [peak_mb(pid) for pid in server.workers()]
        return {
            "baseline": {
                "seconds_of_python": round(seconds_of_python(), 2),
                **baseline(server.port, 2 * workers),
            },
            "seconds_to_ready": round(server.seconds_to_ready, 2),
            "mb_ready": round(max(ready), 1),
            "mb_after_lines": round(max(after_lines), 1),
            "mb_after_scans": round(max(after_scans), 1),
            "mb_peak": round(max(peak), 1),
        }


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure, write the result and check the goals.

    Raises:
        MissedGoalError: If a goal was missed.
    """
    starts = [start_once() for _ in range(options.times)]
    goals = {
        "ready within 2 s (median)": statistics.median(each["seconds_to_ready"] for each in starts) <= 2,
        "a worker that has read lines has 250 MB": all(each["mb_after_lines"] <= 250 for each in starts),
    }
    finish("start", {"starts": starts}, goals, options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--times", type=int, default=5, help="default: %(default)s")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
