"""Measure the processor time of each stage of reading a page, warm and on one thread.

With `--against FOLDER`, another checkout of the project reads the same pages in turns with this one, each in
a process of its own: the ratio of the two is worth more than the times of a busy machine. It is also said on
how many pages both read the same text. The processor time of a stage is the median over `--repeats` readings
of each page, and the mean over the pages.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from PIL import Image

from evaluation.common import argument_parser, describe_run, run_evaluation
from evaluation.rivals import stage_worker
from evaluation.robustness.page_sets import page_set
from text_recognizer.errors import ConfigError
from text_recognizer.inference import artifacts
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.tooling.checkout import CHECKOUT

THIS, OTHER = "this", "other"
TOTAL = "total"
PAGES = 8  # of each set: enough that one page of unusual length does not decide
REPEATS = 5  # of each page; the first reading of a process is not counted


class StagedReader:
    """A checkout that reads pages in a process of its own, on one thread.

    ```python
    from pathlib import Path

    from evaluation.rivals.page_speed import StagedReader
    from text_recognizer.tooling.checkout import CHECKOUT

    with StagedReader(CHECKOUT) as reader:
        seconds, page = reader.read(Path(folder) / "page.png")
    print(page["text"], seconds["search"])
    ```
    """

    def __init__(self, checkout: Path) -> None:
        """Start the process.

        Args:
            checkout: Folder of the checkout.
        """
        command = [sys.executable, stage_worker.__file__, str(checkout)]
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        self._checkout = checkout
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._process.communicate()

    def read(self, path: Path) -> tuple[dict[str, float], dict[str, Any]]:
        """Return the seconds of processor time of each stage of reading a page, and what was read.

        Args:
            path: Image file.

        Raises:
            ConfigError: If the checkout does not read it.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(str(path)) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # there is no response either
        line = self._process.stdout.readline()
        if not line:
            raise ConfigError(
                f"The checkout {self._checkout} does not read {path}; its message stands above."
            )
        answer = json.loads(line)
        return answer["seconds"], answer["page"]


Times = dict[str, list[dict[str, float]]]  # of each reader, for each page and repeat, seconds by stage


def measure(paths: Sequence[Path], checkouts: Mapping[str, Path], repeats: int) -> dict[str, Any]:
    """Return the times of the stages by reader, and on how many pages the readers agree.

    Args:
        paths: Image files.
        checkouts: Folders by the name of the reader; the first is compared with the second, if there is one.
        repeats: Readings of each page that count.

    Raises:
        ConfigError: If a checkout does not read them.
    """
    readers = {name: StagedReader(folder) for name, folder in checkouts.items()}
    medians: Times = {name: [] for name in readers}
    texts: dict[str, list[Any]] = {name: [] for name in readers}
    try:
        for reader in readers.values():
            reader.read(paths[0])  # the first reading loads what is loaded late
        for path in paths:
            seconds: Times = {name: [] for name in readers}
            for turn in range(repeats):
                for name, reader in readers.items():
                    of_stages, page = reader.read(path)
                    seconds[name].append({**of_stages, TOTAL: sum(of_stages.values())})
                    if turn == 0:
                        texts[name].append(page["text"])
            for name in readers:
                medians[name].append(_medians(seconds[name]))
    finally:
        for reader in readers.values():
            reader.__exit__()
    return {
        "milliseconds": {name: _means(pages) for name, pages in medians.items()},
        "same_text": sum(len(set(page)) == 1 for page in zip(*texts.values(), strict=True)),
    }


def _medians(readings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each stage over the readings of a page."""
    names = dict.fromkeys(name for reading in readings for name in reading)
    return {name: statistics.median(reading.get(name, 0.0) for reading in readings) for name in names}


def _means(pages: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean milliseconds of each stage over pages."""
    names = [*stage_worker.STAGES, stage_worker.REST, TOTAL]
    return {
        name: round(1000 * statistics.fmean(page.get(name, 0.0) for page in pages), 1)
        for name in names
        if any(name in page for page in pages)
    }


def markdown_table(milliseconds: Mapping[str, Mapping[str, float]]) -> str:
    """Return the times of one or two readers in Markdown; of two, with their ratio."""
    this, *others = milliseconds.values()
    heads = ["stage", "ms", *(["ms of the other", "ratio"] if others else [])]
    rows = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for name, value in this.items():
        cells = [name, f"{value:.1f}"]
        for other in others:
            before = other.get(name, 0.0)
            cells += [f"{before:.1f}", f"{value / before:.2f}" if before else ""]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def evaluate(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Measure the stages; returns the name of the result and the result."""
    sources = [options.dataset, *options.also]
    pages = [page for name in sources for page in page_set(name, options.split, options.limit)]
    checkouts = {THIS: CHECKOUT, **({OTHER: options.against.resolve()} if options.against else {})}
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{index:05d}.png" for index in range(len(pages))]
        for page, path in zip(pages, paths, strict=True):
            Image.fromarray(page.load()).save(path)
        measured = measure(paths, checkouts, options.repeats)
    sys.stdout.write(markdown_table(measured["milliseconds"]) + "\n")
    result = {
        **describe_run(artifacts.find(DEFAULT_LINE_MODEL, "line"), options, options.dataset),
        "n": len(pages),
        "threads": 1,
        "repeats": options.repeats,
        **measured,
    }
    return f"speed/pages_on_{'_'.join(sources).replace('/', '-')}_{options.split}", result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_LINE_MODEL)
    parser.add_argument("--dataset", default="iam", help="a set of evaluate_page_robustness; %(default)s")
    parser.add_argument("--also", nargs="*", default=[], metavar="SET", help="more sets of pages")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout, read in turns")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="readings of each page; %(default)s")
    parser.set_defaults(limit=PAGES)
    return run_evaluation(parser, evaluate, arguments)


if __name__ == "__main__":
    sys.exit(main())
