"""Measure how fast line models read, in turns on the same lines: alone, and 16 at a time.

Preparation of the image and decoding are part of it, decoding of image files is not. The first model is
`--weights`, the others are compared with it.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.common import argument_parser, describe_run, run_evaluation, spread
from evaluation.evaluate_line_predictor import add_decoder_argument, read_items
from evaluation.texts import load_or_blank
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor

BATCH = 16
THREADS = 2

Gray = npt.NDArray[np.uint8]


def measure(predictors: dict[str, LinePredictor], images: Sequence[Gray]) -> dict[str, dict[str, float]]:
    """Return for each model `ms_alone`, the median, `lines_per_second` in batches, and `time_over_first`.

    Args:
        predictors: By name; `time_over_first` is the time of all lines alone over that of the first model.
        images: Lines, `BATCH` at least; those that do not fill a batch are left out of the batches.
    """
    alone: dict[str, list[float]] = {name: [] for name in predictors}
    batches = [images[start : start + BATCH] for start in range(0, len(images) - BATCH + 1, BATCH)]
    together: dict[str, list[float]] = {name: [] for name in predictors}
    for predictor in predictors.values():
        predictor.predict(images[0])
        predictor.predict_batch(images[:BATCH])
    for image in images:
        for name, predictor in predictors.items():
            started = time.perf_counter()
            predictor.predict(image)
            alone[name].append(time.perf_counter() - started)
    for batch in batches:
        for name, predictor in predictors.items():
            started = time.perf_counter()
            predictor.predict_batch(batch)
            together[name].append(time.perf_counter() - started)
    first = sum(alone[next(iter(predictors))])
    return {
        name: {
            "ms_alone": round(1000 * statistics.median(alone[name]), 2),
            "lines_per_second": round(BATCH * len(batches) / sum(together[name]), 1),
            "time_over_first": round(sum(alone[name]) / first, 3),
        }
        for name in predictors
    }


def evaluate(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Measure the models; returns the name of the result and the result."""
    predictors = {
        name: LinePredictor(name, threads=THREADS, decoder=options.decoder)
        for name in dict.fromkeys([options.weights, *options.against])
    }
    images = [load_or_blank(item) for item in spread(read_items(options)[0], options.limit)]
    result = {
        **describe_run(predictors[options.weights].artifact, options, options.dataset),
        "n": len(images),
        "threads": THREADS,
        "batch": BATCH,
        "decoder": options.decoder or "default",
        "models": measure(predictors, images),
    }
    decoder = f"_{options.decoder}" if options.decoder else ""
    return f"speed/lines_{options.weights}{decoder}_on_{options.dataset}_{options.split}", result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_LINE_MODEL)
    parser.add_argument("--dataset", default="iam", help="as for evaluate_line_predictor; %(default)s")
    parser.add_argument("--against", nargs="*", default=[], help="other models to compare with")
    parser.set_defaults(limit=208)
    add_decoder_argument(parser)
    return run_evaluation(parser, evaluate, arguments)


if __name__ == "__main__":
    sys.exit(main())
