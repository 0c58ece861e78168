"""Compare the line predictor with Tesseract: both read the same lines alternately on the same machine.

Tesseract runs with `eng`, in line mode, on one thread, which uses the least processor time. It reads the
lines twice: in one process, which loads its model once, and in a process for each line, as most programs
call it. The time to load our predictor, once, is included. Requires the command `tesseract`.
"""

import argparse
import functools
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from evaluation.common import TEXT_CONVENTION, argument_parser, describe_run, run_evaluation
from evaluation.evaluate_line_predictor import add_decoder_argument, describe_decoder, read_items
from evaluation.texts import TextItem, load_or_blank
from text_recognizer.errors import ConfigError
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.metrics import text as metrics
from text_recognizer.tooling.selection import spread

_ROUNDS = 4  # readers take turns after each: a busy minute of the machine then falls on all of them
_BORDER_PX = 10  # of paper around a line: Tesseract's own advice for tight crops


@dataclass
class Reader:
    """A program that reads lines, and what it has read so far.

    ```python
    from pathlib import Path

    from evaluation.compare_tesseract import Reader
    from text_recognizer import LinePredictor

    predictor = LinePredictor()
    reader = Reader(lambda paths: [predictor.predict(path).text for path in paths])
    reader.go_on([Path(folder) / "line.png"])
    print(reader.texts, reader.seconds)
    ```

    Attributes:
        read: Reads images, given as PNG files.
        texts: One for each image.
        seconds: Of the clock.
        cpu_seconds: Of all processor cores.
    """

    read: Callable[[Sequence[Path]], list[str]]
    texts: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def go_on(self, paths: Sequence[Path]) -> None:
        """Read more images."""
        started, cpu_started = time.perf_counter(), _cpu_seconds()
        self.texts += self.read(paths)
        self.seconds += time.perf_counter() - started
        self.cpu_seconds += _cpu_seconds() - cpu_started

    def scores(self, truth: Sequence[str]) -> dict[str, float]:
        """Return error rates, and times per line."""
        return {
            "cer": metrics.character_error_rate(self.texts, truth),
            "wer": metrics.word_error_rate(self.texts, truth),
            "ms_per_line": 1000 * self.seconds / len(truth),
            "cpu_ms_per_line": 1000 * self.cpu_seconds / len(truth),
        }


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def tesseract_version() -> str:
    """Return the first line of `tesseract --version`.

    Raises:
        ConfigError: If the command is missing.
    """
    if shutil.which("tesseract") is None:
        raise ConfigError("There is no command `tesseract`. Install Tesseract 5 with `eng`.")
    shown = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True)
    return (shown.stdout or shown.stderr).splitlines()[0]


def read_one_by_one(paths: Sequence[Path]) -> list[str]:
    """Return the texts of line images (PNG files), read by a process for each."""
    return [text for path in paths for text in read_together([path])]


def read_together(paths: Sequence[Path]) -> list[str]:
    """Return the texts of line images (PNG files), read by one process."""
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "images.txt"
        images.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        pages = subprocess.run(
            ["tesseract", str(images), "stdout", "-l", "eng", "--psm", "7"],
            env={**os.environ, "OMP_THREAD_LIMIT": "1"}, capture_output=True, text=True, check=True,
        ).stdout.split("\f")  # fmt: skip
    texts = [" ".join(page.split()) for page in pages[: len(paths)]]
    return texts + [""] * (len(paths) - len(texts))


def compare(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Read the lines with both; returns the name of the result and the result."""
    version = tesseract_version()
    predictor = LinePredictor(options.weights, decoder=options.decoder)
    items = spread(read_items(options)[0], options.limit)
    truth = [item.text for item in items]

    loaded = functools.cache(lambda: LinePredictor(options.weights, decoder=options.decoder))
    ours = Reader(lambda paths: [loaded().predict(path).text for path in paths])
    theirs = {"tesseract": Reader(read_together), "tesseract_per_process": Reader(read_one_by_one)}
    with tempfile.TemporaryDirectory() as folder:
        paths = [_write(item, Path(folder) / f"{index:05d}.png") for index, item in enumerate(items)]
        for turn in range(_ROUNDS):
            some = paths[turn * len(paths) // _ROUNDS : (turn + 1) * len(paths) // _ROUNDS]
            for reader in (ours, *theirs.values()):
                reader.go_on(some)
    own = ours.scores(truth)
    scores = {name: reader.scores(truth) for name, reader in theirs.items()}
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
