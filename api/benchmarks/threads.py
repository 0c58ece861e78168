"""Checks that threads and batches read the same as single calls: `python -m api.benchmarks.threads`."""

import argparse
import threading
from collections.abc import Callable
from typing import Any

from api.benchmarks.report import benchmark_parser, finish
from api.benchmarks.server import IMAGES
from api.recognition import load_recognizer
from text_recognizer.tooling.command import run_command


def measure(threads: int, predictions: int) -> dict[str, Any]:
    """Return how many predictions of `threads` threads differ from those of one thread.

    Args:
        threads: Number of threads, which share one recognizer.
        predictions: Number of predictions of each thread; one in 20 is of a page.
    """
    recognizer = load_recognizer(threads=1)
    lines = [path.read_bytes() for path in sorted(IMAGES.glob("line_*.png"))]
    pages = [path.read_bytes() for path in sorted(IMAGES.glob("page_*.png"))]
    readers: list[tuple[Callable[[bytes], str], list[bytes]]] = [
        (lambda image: recognizer.line_predictor.predict(image).text, lines),
        (lambda image: recognizer.predict(image).text, pages),
    ]
    expected = {image: read(image) for read, images in readers for image in images}
    different: list[str] = []

    def work(number: int) -> None:
        for index in range(predictions):
            read, images = readers[index % 20 == 19]
            image = images[(number + index) % len(images)]
            if (text := read(image)) != expected[image]:
                different.append(f"{text!r} instead of {expected[image]!r}")

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    batch = [line.text for line in recognizer.line_predictor.predict_batch(lines * 4)]
    return {
        "threads": threads,
        "predictions": threads * predictions,
        "different": len(different),
        "examples": different[:5],
        "batch_equals_single": batch == [expected[line] for line in lines] * 4,
    }


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure, write the result and check the goals.

    Raises:
        MissedGoalError: If a goal was missed.
    """
    result = measure(options.threads, options.predictions)
    goals = {"identical text": result["different"] == 0, "batch equals single": result["batch_equals_single"]}
    finish("threads", result, goals, options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--threads", type=int, default=8, help="default: %(default)s")
    parser.add_argument("--predictions", type=int, default=200, help="of each thread; default: %(default)s")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
