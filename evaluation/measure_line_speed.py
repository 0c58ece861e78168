"""Measure how fast line models read: one line at a time and 16 at a time, alternating on the same lines.

Times include preparing the image and decoding the text, except `ms_network`; they do not include loading
image files. The first model is `--weights`; the others are compared with it.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from evaluation.common import argument_parser, describe_run, run_evaluation
from evaluation.evaluate_line_predictor import add_decoder_argument, read_items
from evaluation.items.texts import load_or_blank
from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.errors import DataError
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.tooling.selection import spread

BATCH_LINES = 16  # about the lines of a page
THREADS = 2  # cores of the machine that the committed times are of

Item = TypeVar("Item")


def measure(predictors: dict[str, LinePredictor], images: Sequence[GrayImage]) -> dict[str, dict[str, float]]:
    """Return the times of each model.

    They are `ms_alone`, the median over the lines; `ms_network`, that of ONNX Runtime without preparation and
    decoding; `lines_per_second` in batches; and `time_over_first`.

    Args:
        predictors: By name; `time_over_first` is the time of all lines alone over that of the first model.
        images: Lines (H, W) uint8; those that do not fill a batch are left out of the batches.

    Raises:
        DataError: If there are fewer than `BATCH_LINES` lines.
    """
    if len(images) < BATCH_LINES:
        raise DataError(
            f"Expected at least {BATCH_LINES} lines, a batch; received {len(images)}. Raise --limit."
        )
    batches = [
        images[start : start + BATCH_LINES] for start in range(0, len(images) - BATCH_LINES + 1, BATCH_LINES)
    ]
    alone = _seconds({name: each.predict for name, each in predictors.items()}, images)
    inputs = {name: [each.prepare(image) for image in images] for name, each in predictors.items()}
    networks = _seconds(
        {name: _network(each, inputs[name]) for name, each in predictors.items()}, range(len(images))
    )
    together = _seconds({name: each.predict_batch for name, each in predictors.items()}, batches)
    first = sum(next(iter(alone.values())))
    return {
        name: {
            "ms_alone": round(1000 * statistics.median(alone[name]), 2),
            "ms_network": round(1000 * statistics.median(networks[name]), 2),
            "lines_per_second": round(BATCH_LINES * len(batches) / sum(together[name]), 1),
            "time_over_first": round(sum(alone[name]) / first, 3),
        }
        for name in predictors
    }


def _network(predictor: LinePredictor, lines: Sequence[InkMap]) -> Callable[[int], object]:
    """Return what runs the network on the line of an index; lines are inputs (height, W_i)."""
    return lambda index: predictor.predict_logits([lines[index]])


def _seconds(
    functions: Mapping[str, Callable[[Item], object]], items: Sequence[Item]
) -> dict[str, list[float]]:
    """Return the seconds that functions take for each item; they alternate, after a warm-up call."""
    for function in functions.values():
        function(items[0])
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for item in items:
        for name, function in functions.items():
            started = time.perf_counter()
            function(item)
            seconds[name].append(time.perf_counter() - started)
    return seconds


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
        "batch": BATCH_LINES,
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
