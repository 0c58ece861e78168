"""Compare how well lines are found on pages with outlines of their lines: ours and kraken's segmentation.

Both see the same pages in turns, each in a process of its own on one thread: F1 of the lines' boxes at an IoU
of .5, processor time and peak memory; loading a model does not count. Ours three times: the lines that are
read; those of them that are handwriting, which is all that some sets have outlines of; and those that the
detector finds alone. kraken runs in the Python that `--kraken-python` names; where it is not installed it is
left out.
"""

import argparse
import contextlib
import json
import logging
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from evaluation.common import argument_parser, describe_run, run_evaluation
from evaluation.rivals.line_readers import kraken_lines, own_lines
from evaluation.rivals.own_lines_worker import FIND, HANDWRITING, READ
from evaluation.rivals.readers import PipedReader, Reader, take_turns
from evaluation.robustness.drawn import TruePage
from evaluation.robustness.page_sets import page_set
from evaluation.robustness.scores import IOU
from text_recognizer.errors import ConfigError
from text_recognizer.geometry import Region
from text_recognizer.inference import artifacts
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.metrics.detection import Matches, match_regions

logger = logging.getLogger(__name__)


def line_matches(page: TruePage, outlines: str) -> Matches:
    """Return how many lines of a page were found.

    Args:
        page: What is true.
        outlines: JSON of the lines found, lists of x and y.
    """
    found = [Region.around([(int(x), int(y)) for x, y in line]) for line in json.loads(outlines)]
    return match_regions(page.regions, found, IOU)


def _finders(options: argparse.Namespace, stack: contextlib.ExitStack) -> list[PipedReader]:
    """Return ours and kraken's where it is installed; `stack` ends them."""
    started = [
        stack.enter_context(own_lines(options.weights, options.detector, what))
        for what in (READ, HANDWRITING, FIND)
    ]
    try:
        started.append(stack.enter_context(kraken_lines(options.kraken_python)))
    except ConfigError as error:
        logger.warning("%s", error)
    return started


def compare(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Let all find the lines of the pages; returns the name of the result and the result."""
    sources = [options.dataset, *options.also]
    sets = {name: page_set(name, options.split, options.limit) for name in sources}
    pages = [page for each in sets.values() for page in each]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        programs = _finders(options, stack)
        paths = [Path(folder) / f"{index:05d}.png" for index in range(len(pages))]
        for page, path in zip(pages, paths, strict=True):
            Image.fromarray(page.load()).save(path)
        readers = [Reader(program.read) for program in programs]
        take_turns([(reader, paths) for reader in readers])
    scores = {
        program.version: {**_scores(reader, sets), "peak_mib": program.peak_mib}
        for program, reader in zip(programs, readers, strict=True)
    }
    sys.stdout.write(markdown_table(scores) + "\n")
    result = {
        **describe_run(artifacts.find(options.detector, "paragraph"), options, options.dataset),
        "threads": 1,
        "n": len(pages),
        "iou": IOU,
        "finders": scores,
    }
    return f"comparison/lines_{'_'.join(sources).replace('/', '-')}_{options.split}", result


def _scores(reader: Reader, sets: Mapping[str, Sequence[TruePage]]) -> dict[str, Any]:
    """Return the F1 of a finder on each set, with its counts, and its times per page."""
    outlines = iter(reader.texts)
    matches = {
        name: sum((line_matches(page, next(outlines)) for page in pages), Matches())
        for name, pages in sets.items()
    }
    return {
        "sets": {name: {"f1": each.f1, **vars(each)} for name, each in matches.items()},
        "seconds_per_page": reader.seconds / len(reader.texts),
        "cpu_seconds_per_page": reader.cpu_seconds / len(reader.texts),
    }


def markdown_table(scores: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the scores of finders, as `compare` returns them, in Markdown."""
    names = list(next(iter(scores.values()))["sets"])
    lines = [
        f"| lines found by | {' | '.join(names)} | CPU seconds a page | peak memory, MiB |",
        "|---" * (3 + len(names)) + "|",
    ]
    for version, each in scores.items():
        cells = " | ".join(f"{each['sets'][name]['f1']:.3f}" for name in names)
        lines.append(f"| {version} | {cells} | {each['cpu_seconds_per_page']:.2f} | {each['peak_mib']:.0f} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_LINE_MODEL)
    parser.add_argument(
        "--detector", default=DEFAULT_DETECTOR_MODEL, help="name of the model; default: %(default)s"
    )
    parser.add_argument("--dataset", default="hand_pages/copiste_2024", help="default: %(default)s")
    parser.add_argument("--also", nargs="+", default=[], metavar="SET", help="more sets with outlines")
    parser.add_argument(
        "--kraken-python", default=sys.executable, metavar="PATH",
        help="a Python that has the package kraken; default: this one",
    )  # fmt: skip
    return run_evaluation(parser, compare, arguments)


if __name__ == "__main__":
    sys.exit(main())
