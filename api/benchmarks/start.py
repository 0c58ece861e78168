"""Time from start to ready, and memory of a worker: `python -m api.benchmarks.start`."""

import argparse
import io
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from api.benchmarks.clients import http_request, run_load
from api.benchmarks.report import finish
from api.benchmarks.server import IMAGES, peak_mb, resident_mb, serve

SCAN = (2480, 3508)  # A4 at 300 dpi


def scan() -> bytes:
    """Return a page as large as a scan."""
    buffer = io.BytesIO()
    Image.open(next(IMAGES.glob("page_*.png"))).convert("L").resize(SCAN).save(buffer, "PNG")
    return buffer.getvalue()


def start_once(workers: int = 2) -> dict[str, Any]:
    """Return the seconds until /readyz, and the memory (MB) of the largest worker, and its peak."""
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
            "seconds_to_ready": round(server.seconds_to_ready, 2),
            "mb_ready": round(max(ready), 1),
            "mb_after_lines": round(max(after_lines), 1),
            "mb_after_scans": round(max(after_scans), 1),
            "mb_peak": round(max(peak), 1),
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--json", type=Path, help="write here instead of evaluation/results/service/")
    options = parser.parse_args(arguments)
    starts = [start_once() for _ in range(options.times)]
    goals = {
        "ready within 2 s (median)": statistics.median(each["seconds_to_ready"] for each in starts) <= 2,
        "a worker that has read lines has 250 MB": all(each["mb_after_lines"] <= 250 for each in starts),
    }
    return finish("start", {"starts": starts}, goals, options.json)


if __name__ == "__main__":
    raise SystemExit(main())
