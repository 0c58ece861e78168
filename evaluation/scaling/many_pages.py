"""Measure whether many pages stay level: `python -m evaluation.scaling.many_pages PAGE --pages 10000`.

`text-recognizer recognize` reads copies of one page in one process. While it does, its memory and processor
time are looked at: what a page costs, and what is held, should be the same at the end as at the beginning.
Linux alone shows both of another process.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from text_recognizer.errors import ConfigError, InvalidInputError
from text_recognizer.tooling.command import command_parser, run_command

_INTERVAL_S = 0.25  # between two looks; counting 10,000 results takes 5 ms
_MESSAGE_CHARACTERS = 500  # of the end of what a command has said that fails
_WARM_PAGES, _SPAN_PAGES = 100, 1000  # from where on, and over how many pages, a page is measured


@dataclass(frozen=True)
class Look:
    """The process after some pages.

    ```python
    from evaluation.scaling.many_pages import Look

    print(Look(pages=100, processor_s=2.6, megabytes=185.0))
    ```

    Attributes:
        pages: That have results.
        processor_s: That it has used.
        megabytes: That it holds in memory.
    """

    pages: int
    processor_s: float
    megabytes: float


def summarize(looks: Sequence[Look]) -> dict[str, float]:
    """Return the memory after the first pages and at the end, and what a page costs near both ends.

    Of fewer than a few thousand pages the first tenth is left out, and the first and the last quarter counts.

    Raises:
        InvalidInputError: If there are too few looks to compare.
    """
    pages = looks[-1].pages if looks else 0
    warm, span = min(_WARM_PAGES, pages // 10), min(_SPAN_PAGES, pages // 4)
    parts = [_between(looks, warm, warm + span), _between(looks, pages - span, pages)]
    if any(begin.pages == end.pages for begin, end in parts):
        raise InvalidInputError(f"{pages} pages were read too fast to be looked at: read more of them.")
    (first, _), (_, last) = parts
    costs = [1000 * (end.processor_s - begin.processor_s) / (end.pages - begin.pages) for begin, end in parts]
    return {
        "pages": pages, "megabytes_early": first.megabytes, "megabytes_end": last.megabytes,
        "processor_ms_early": costs[0], "processor_ms_end": costs[1],
    }  # fmt: skip


def _between(looks: Sequence[Look], begin: int, end: int) -> tuple[Look, Look]:
    """Return the first looks after at least so many pages."""
    first, last = (
        next((look for look in looks if look.pages >= pages), Look(0, 0.0, 0.0)) for pages in (begin, end)
    )
    return first, last


def look_at(process: "subprocess.Popen[bytes]", results: Path) -> Iterator[Look]:
    """Look at a process whenever there are more results, until it ends."""
    seen = 0
    while process.poll() is None:
        pages = sum(1 for _ in os.scandir(results)) if results.is_dir() else 0
        if pages > seen:
            try:
                yield Look(pages, *_used(process.pid))
            except (OSError, IndexError):  # it has just ended
                return
            seen = pages
        time.sleep(_INTERVAL_S)


def _used(pid: int) -> tuple[float, float]:
    """Return the seconds of processor time and the megabytes of memory of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").partition("VmRSS:")[2]
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(status.split()[0]) / 1024


def measure(page: Path, pages: int) -> dict[str, float]:
    """Read copies of an image of a page by the command and return what `summarize` says.

    Raises:
        ConfigError: Elsewhere than on Linux.
        InvalidInputError: If the command fails, or there were too few pages.
    """
    if not Path("/proc/self/status").is_file():
        raise ConfigError("Memory and processor time of the command are read in /proc: run it on Linux.")
    with tempfile.TemporaryDirectory() as folder:
        source, results = Path(folder, "pages"), Path(folder, "texts")
        source.mkdir()
        first = source / f"{0:06}{page.suffix}"
        shutil.copy(page, first)
        for number in range(1, pages):
            os.link(first, first.with_stem(f"{number:06}"))
        command = [sys.executable, "-m", "text_recognizer.cli", "recognize", str(source)]
        said = Path(folder, "messages")
        with said.open("wb") as file:
            process = subprocess.Popen([*command, "-f", "txt", "-o", str(results)], stderr=file)
            try:
                looks = list(look_at(process, results))
            finally:
                process.kill()
                status = process.wait()
        if status:
            message = said.read_text(errors="replace")[-_MESSAGE_CHARACTERS:]
            raise InvalidInputError(f"The command ended with status {status}: {message}")
    return summarize(looks)


def _work(options: argparse.Namespace) -> None:
    sys.stdout.write(table(measure(options.page, options.pages)))


def table(found: Mapping[str, float]) -> str:
    """Return what `summarize` has found as a table, with the growth."""
    rows = [f"| {found['pages']:.0f} pages | first | last | growth |", "|---|---|---|---|"]
    for name, what in (("megabytes", "MB of memory"), ("processor_ms", "ms of processor time a page")):
        early, end = found[f"{name}_early"], found[f"{name}_end"]
        rows.append(f"| {what} | {early:.1f} | {end:.1f} | {100 * (end / early - 1):+.1f} % |")
    return "\n".join(rows) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("page", type=Path, help="image of a page")
    parser.add_argument("--pages", type=int, default=10_000, help="copies of it; default: %(default)s")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
