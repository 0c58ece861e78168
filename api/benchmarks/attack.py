"""Measures what one client who sends costly pages takes from four others: `python -m api.benchmarks.attack`.

The page is full of small handwriting: as many lines as fit into the pixels that are looked at. The attacker
sends it again as soon as it is answered; the others send lines.
"""

import argparse
import io
import threading
import time
from typing import Any

from PIL import Image

from api.admission import RETRY_AFTER_S
from api.benchmarks.baseline import baseline
from api.benchmarks.clients import Response, http_request, run_load, summarize
from api.benchmarks.load import after
from api.benchmarks.report import benchmark_parser, finish
from api.benchmarks.server import IMAGES, serve
from text_recognizer.tooling.command import run_command

ORDINARY_CLIENTS = 4
WARM_UP_REQUESTS = 20
LEAST_SHARE = 0.6  # of the throughput without the attacker
PAGE_SIDE_PX = 3000  # 9 megapixels: larger pages are reduced to that
LINE_HEIGHT_PX = 50  # with smaller ones the detector finds fewer lines


def costly_page() -> bytes:
    """Return a page that is full of lines, as PNG."""
    lines = [Image.open(path).convert("L") for path in sorted(IMAGES.glob("line_*.png"))]
    page = Image.new("L", (PAGE_SIDE_PX, PAGE_SIDE_PX), 255)
    for row, top in enumerate(range(0, PAGE_SIDE_PX, LINE_HEIGHT_PX)):
        left = 0
        while left < PAGE_SIDE_PX:
            line = lines[row % len(lines)]
            height = LINE_HEIGHT_PX * 4 // 5
            small = line.resize((max(1, line.width * height // line.height), height))
            page.paste(small, (left, top))
            left += small.width
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()


def measure(seconds: float, workers: int) -> dict[str, Any]:
    """Return the summaries of the ordinary clients without and with an attacker, and of the attacker.

    Args:
        seconds: Length of each of the two stages.
        workers: Number of processes of the service.
    """
    lines = [
        http_request("/v1/predict?mode=line", path.read_bytes()) for path in sorted(IMAGES.glob("line_*.png"))
    ]
    page = [http_request("/v1/predict", costly_page())]
    result: dict[str, Any] = {"workers": workers}
    with serve(workers) as server:
        run_load(server.port, lines, workers, lambda sent: sent >= WARM_UP_REQUESTS)
        result["baseline"] = baseline(server.port, ORDINARY_CLIENTS)
        for name in ("without", "with"):
            start = time.monotonic()
            attacks: list[Response] = []

            def attack(end: float = start + seconds, sent: list[Response] = attacks) -> None:
                sent += run_load(server.port, page, 1, after(end), RETRY_AFTER_S)

            attacker = threading.Thread(target=attack)
            if name == "with":
                attacker.start()
            responses = run_load(server.port, lines, ORDINARY_CLIENTS, after(start + seconds), RETRY_AFTER_S)
            # What comes later does not count in either stage: a single response may take seconds.
            timely = [response for response in responses if response.finished <= start + seconds]
            result[name] = {"clients": ORDINARY_CLIENTS, **summarize(timely, seconds)}
            if name == "with":
                attacker.join()
                result["attacker"] = summarize(attacks, time.monotonic() - start)
    result["share"] = round(
        result["with"]["accepted_per_second"] / max(0.1, result["without"]["accepted_per_second"]), 3
    )
    return result


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure, write the result and check the goals.

    Raises:
        MissedGoalError: If a goal was missed.
    """
    result = measure(options.seconds, options.workers)
    statuses = set(result["without"]["statuses"]) | set(result["with"]["statuses"])
    goals = {
        f"ordinary clients keep {LEAST_SHARE:.0%} of their throughput": result["share"] >= LEAST_SHARE,
        "nothing but 200": statuses == {"200"},
    }
    finish("attack", result, goals, options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="of each stage; default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="default: %(default)s")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
