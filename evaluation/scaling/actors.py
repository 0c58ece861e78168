"""Measure what more actors of Ray bring: `python -m evaluation.scaling.actors` (extra `ray`).

Two nodes on this machine read drawn pages with 1, 2 and 4 actors. Their processor time per page says what a
page costs on any machine. Their pages per second say how the work is shared, but only where each of them has
a core of its own: `--wait S` lets them wait S seconds for every page instead of recognizing it, which shows
what reading, handing over and writing leave of that on a machine with few or busy cores.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

from text_recognizer.errors import ConfigError
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.ray.pages import Reader, Row, page_reader, recognize_pages
from text_recognizer.tooling.command import command_parser, run_command

STORE_MIB = 150  # shared memory of a node, which Ray would otherwise take a third of the machine's for
_NODES = 2


class TimedReader:
    """Reads pages in an actor and says when each ended, where, and after what processor time.

    ```python
    from evaluation.scaling.actors import TimedReader

    print(TimedReader(wait_s=0.01)(b"a page")["processor_s"])
    ```
    """

    def __init__(self, weights: str = DEFAULT_LINE_MODEL, wait_s: float | None = None) -> None:
        """Load nothing yet: the models are loaded in the actor.

        Args:
            weights: Model for lines.
            wait_s: Seconds to wait for each page in place of recognizing it; None to recognize it.
        """
        self._weights, self._wait_s = weights, wait_s
        self._read: Reader | None = None

    def __call__(self, data: bytes) -> Row:
        """Return the row of a page."""
        if self._wait_s is None:
            self._read = self._read or page_reader(self._weights)
        begin = time.process_time()
        row = self._waited(data) if self._read is None else self._read(data)
        spent = time.process_time() - begin
        return {**row, "processor_s": spent, "ended_s": time.time(), "actor": os.getpid()}

    def _waited(self, data: bytes) -> Row:
        time.sleep(self._wait_s or 0.0)
        return {"text": f"{len(data)} bytes", "confidence": 1.0}


def summarize(rows: Sequence[Row]) -> dict[str, float]:
    """Return pages per second, from when all actors have read one, and processor milliseconds of a page.

    The first page of an actor is left out: the models warm up with it.
    """
    firsts: dict[int, Row] = {}
    for row in sorted(rows, key=lambda row: row["ended_s"]):
        firsts.setdefault(row["actor"], row)
    begin = max(row["ended_s"] for row in firsts.values())
    end = max(row["ended_s"] for row in rows)
    counted = sum(row["ended_s"] > begin for row in rows)
    warm = [row["processor_s"] for row in rows if row is not firsts[row["actor"]]]
    return {"pages_per_second": counted / (end - begin), "processor_ms": 1000 * mean(warm)}


@contextmanager
def local_cluster(cores: int, store_mib: int = STORE_MIB) -> Iterator[Path]:
    """Run a cluster of two nodes on this machine while a `with` block runs.

    Args:
        cores: Places for actors of each node.
        store_mib: Shared memory of each node.

    Yields:
        The folder in which Ray keeps the files of this cluster.

    Raises:
        ConfigError: If Ray is not installed.
    """
    try:
        import ray
        from ray.cluster_utils import Cluster
    except ImportError as error:
        raise ConfigError("Ray is not installed: pip install 'text-recognizer[ray]'.") from error
    node: dict[str, Any] = {"num_cpus": cores, "object_store_memory": store_mib * 2**20}
    nodes = Cluster(initialize_head=True, head_node_args={"include_dashboard": False, **node})
    try:
        for _ in range(_NODES - 1):
            nodes.add_node(**node)
        context = ray.init(address=nodes.address, log_to_driver=False)
        yield Path(context.address_info["session_dir"])
    finally:
        ray.shutdown()
        nodes.shutdown()


def measure(image: bytes, pages: int, actors: int, read: Reader) -> dict[str, float]:
    """Return what `summarize` says of a run over `pages` copies of an image."""
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder, "pages"), Path(folder, "rows")
        source.mkdir()
        for number in range(pages):
            (source / f"{number:06}.png").write_bytes(image)
        recognize_pages(str(source), str(output), actors=actors, read=read)
        files = sorted(output.glob("*.jsonl"))
        return summarize([json.loads(line) for file in files for line in file.read_text().splitlines()])


def _work(options: argparse.Namespace) -> None:
    read = TimedReader(options.weights, options.wait)
    image = options.image.read_bytes()
    with local_cluster(max(options.actors)):
        sys.stdout.write("| actors | pages/s | times the first | processor ms a page |\n|---|---|---|---|\n")
        first = None
        for actors in options.actors:
            found = measure(image, options.pages, actors, read)
            rate = found["pages_per_second"]
            first = first or rate
            row = f"| {actors} | {rate:.2f} | {rate / first:.2f} | {found['processor_ms']:.1f} |\n"
            sys.stdout.write(row)
            sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("image", type=Path, help="of a page")
    parser.add_argument("--actors", type=int, nargs="+", default=[1, 2, 4], help="default: 1 2 4")
    parser.add_argument("--pages", type=int, default=200, help="copies of the image; default: %(default)s")
    parser.add_argument(
        "--wait", type=float, metavar="S", help="wait S seconds a page instead of recognizing"
    )
    parser.add_argument("--weights", default=DEFAULT_LINE_MODEL, metavar="MODEL", help="the line model")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
