"""Measure memory and speed of `text-recognizer recognize` on a PDF of many pages, by the number of --jobs.

`python -m evaluation.documents.long_document --jobs 1 2 --repeats 2` reads a PDF of 100 copies of the sample
page, in turns. Memory is the most that the processes of the command have had (Linux): until five pages are
read, and until the end.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from PIL import Image

from text_recognizer.documents.journal import FOLDER
from text_recognizer.errors import ConfigError
from text_recognizer.tooling.checkout import CHECKOUT
from text_recognizer.tooling.command import command_parser, run_command

WARM_PAGES = 5  # from then on memory shall not grow
_LOOK_S = 0.1  # between two looks at the memory
_SAMPLE = CHECKOUT / "data" / "sample" / "sample_page.png"


class Run(NamedTuple):
    """What reading the document took.

    Attributes:
        seconds: From start to end, loading the models included.
        processor_s: Seconds of processor time.
        warm_mb: The most memory that its processes have had until five pages are read, added up, in MB.
        peak_mb: The same until the end.
    """

    seconds: float
    processor_s: float
    warm_mb: float
    peak_mb: float


def write_document(path: Path, image: Path, pages: int) -> None:
    """Write a PDF whose pages all show the same image."""
    with Image.open(image) as opened:
        grey = opened.convert("L")
    grey.save(path, "PDF", save_all=True, append_images=[grey] * (pages - 1))


def measure(command: Sequence[str], output: Path) -> Run:
    """Return what a command took that reads a document into a folder.

    Raises:
        ConfigError: If it fails.
    """
    begin, before = time.monotonic(), os.times()
    warm = peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            if warm or sum(1 for _ in output.glob(f"{FOLDER}/*/*.json")) >= WARM_PAGES:
                now = peak_memory_mb(process.pid)
                warm, peak = warm or now, max(peak, now)
            time.sleep(_LOOK_S)
        said = process.stderr.read() if process.stderr else ""
    if process.returncode != 0:
        raise ConfigError(f"{' '.join(command)} ended with status {process.returncode}: {said.strip()}")
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(time.monotonic() - begin, spent, warm, peak)


def peak_memory_mb(pid: int) -> float:
    """Return the most memory that a process and its descendants have had, in MB; 0 if it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")), "0")
        children = [Path(f"/proc/{pid}/task/{task}/children") for task in os.listdir(f"/proc/{pid}/task")]
        started = [int(child) for each in children for child in each.read_text(encoding="ascii").split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(peak) / 1024 + sum(map(peak_memory_mb, started))


def _row(jobs: int, pages: int, runs: Sequence[Run], first: float) -> str:
    seconds, spent = mean(run.seconds for run in runs), mean(run.processor_s for run in runs)
    warm, peak = mean(run.warm_mb for run in runs), mean(run.peak_mb for run in runs)
    speed = f"{pages / seconds:.2f} | {first / seconds:.2f}"
    growth = 100 * (peak / warm - 1)
    return f"| {jobs} | {seconds:.1f} | {speed} | {spent:.1f} | {warm:.0f} | {peak:.0f} | {growth:+.1f} |"


def _work(options: argparse.Namespace) -> None:
    runs: dict[int, list[Run]] = {jobs: [] for jobs in options.jobs}
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, "document.pdf")
        write_document(document, options.image, options.pages)
        for turn in range(options.repeats):
            for jobs, done in runs.items():
                output = Path(folder, f"{jobs}-{turn}")
                command = [sys.executable, "-m", "text_recognizer.cli", "recognize", str(document)]
                command += ["-f", "text,pdf", "-o", str(output), "--jobs", str(jobs)]
                done.append(measure(command, output))
    head = ["jobs", "seconds", "pages/s", "times the first", "processor s"]
    head += [f"MB until page {WARM_PAGES}", "MB at most", "growth %"]
    sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    first = mean(run.seconds for run in runs[options.jobs[0]])
    for jobs, done in runs.items():
        sys.stdout.write(f"{_row(jobs, options.pages, done, first)}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("--image", type=Path, default=_SAMPLE, help="of a page; default: the sample page")
    parser.add_argument("--pages", type=int, default=100, help="default: %(default)s")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2], help="default: 1 2")
    parser.add_argument("--repeats", type=int, default=1, help="runs of each, in turns; default: %(default)s")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
