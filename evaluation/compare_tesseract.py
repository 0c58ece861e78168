"""Compare the line predictor with Tesseract: both read the same lines alternately on the same machine.

Tesseract runs with `eng`, in line mode, on one thread, which uses the least processor time. It reads the
lines twice: in one process, which loads its model once, and in a process for each line, as most programs
call it. The time to load our predictor, once, is included. Requires the command `tesseract`.
"""

import argparse
import functools
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from evaluation.common import TEXT_CONVENTION, argument_parser, describe_run, run_evaluation
from evaluation.evaluate_line_predictor import add_decoder_argument, describe_decoder, read_items
from evaluation.items.texts import TextItem, load_or_blank
from evaluation.rivals.readers import (
    Reader,
    read_one_by_one,
    read_together,
    take_turns,
    tesseract_version,
    timed_reading,
)
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.metrics import text as metrics
from text_recognizer.tooling.selection import spread

LINE_MODE = 7  # page segmentation mode of Tesseract: a single line

_BORDER_PX = 10  # of paper around a line: Tesseract's own advice for tight crops


def line_scores(reader: Reader, truth: Sequence[str]) -> dict[str, float]:
    """Return the error rates of a reader, and its times per line."""
    return {
        "cer": metrics.character_error_rate(reader.texts, truth),
        "wer": metrics.word_error_rate(reader.texts, truth),
        "ms_per_line": 1000 * reader.seconds / len(truth),
        "cpu_ms_per_line": 1000 * reader.cpu_seconds / len(truth),
    }


def compare(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Read the lines with both; returns the name of the result and the result."""
    version = tesseract_version()
    predictor = LinePredictor(options.weights, decoder=options.decoder)
    items = spread(read_items(options)[0], options.limit)
    truth = [item.text for item in items]

    loaded = functools.cache(lambda: LinePredictor(options.weights, decoder=options.decoder))
    ours = Reader(timed_reading(lambda paths: [loaded().predict(path).text for path in paths]))
    theirs = {
        "tesseract": Reader(timed_reading(lambda paths: read_together(paths, LINE_MODE))),
        "tesseract_per_process": Reader(timed_reading(lambda paths: read_one_by_one(paths, LINE_MODE))),
    }
    with tempfile.TemporaryDirectory() as folder:
        paths = [_write(item, Path(folder) / f"{index:05d}.png") for index, item in enumerate(items)]
        take_turns([(reader, paths) for reader in (ours, *theirs.values())])
    own = line_scores(ours, truth)
    scores = {name: line_scores(reader, truth) for name, reader in theirs.items()}
    result = {
        **describe_run(predictor.artifact, options, options.dataset),
        **describe_decoder(predictor),
        "tesseract": version,
        "text_convention": TEXT_CONVENTION,
        "n": len(items),
        "scores": {"ours": own, **scores},
        "over_ours": {
            name: {kind: _ratio(value, own[kind]) for kind, value in score.items()}
            for name, score in scores.items()
        },
    }
    chosen = "" if options.decoder is None else f"_{options.decoder}"
    return f"comparison/tesseract_{options.weights}{chosen}_on_{options.dataset}_{options.split}", result


def _ratio(theirs: float, ours: float) -> float | None:
    return theirs / ours if ours else None


def _write(item: TextItem, path: Path) -> Path:
    """Write a line as PNG with a border of paper."""
    line = Image.fromarray(load_or_blank(item))
    paper = Image.new("L", (line.width + 2 * _BORDER_PX, line.height + 2 * _BORDER_PX), 255)
    paper.paste(line, (_BORDER_PX, _BORDER_PX))
    paper.save(path)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_LINE_MODEL)
    parser.add_argument("--dataset", default="iam", help="as for evaluate_line_predictor; %(default)s")
    parser.set_defaults(limit=200)
    add_decoder_argument(parser)
    return run_evaluation(parser, compare, arguments)


if __name__ == "__main__":
    sys.exit(main())
