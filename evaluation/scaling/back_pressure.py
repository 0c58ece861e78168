"""Measure whether reading waits for slow actors: `python -m evaluation.scaling.back_pressure` (extra `ray`).

Two nodes on this machine read large images faster than two actors take them. What lies between the two fills
the shared memory of the nodes; without back-pressure it would overflow to disk.
"""

import argparse
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evaluation.scaling.actors import TimedReader, local_cluster
from text_recognizer.errors import ConfigError
from text_recognizer.ray.pages import recognize_pages
from text_recognizer.tooling.command import command_parser, run_command

_SHARED = Path("/dev/shm")  # where Linux keeps shared memory, and Ray what nodes hand over
_INTERVAL_S = 0.5  # between two looks
_ACTORS = 2
_MIB = 2**20


@dataclass
class Peaks:
    """The most that was seen at a time.

    ```python
    from evaluation.scaling.back_pressure import Peaks

    peaks = Peaks()
    peaks.see(shared=3, spilled=0)
    peaks.see(shared=2, spilled=1)
    print(peaks)
    ```

    Attributes:
        shared: Bytes of shared memory.
        spilled: Bytes on disk of what did not fit into it.
    """

    shared: int = 0
    spilled: int = 0

    def see(self, shared: int, spilled: int) -> None:
        """Take note of what there is now."""
        self.shared, self.spilled = max(self.shared, shared), max(self.spilled, spilled)


@contextmanager
def watched(session: Path) -> Iterator[Peaks]:
    """Watch the shared memory of this machine and the disk of a cluster while a `with` block runs."""
    peaks, ended = Peaks(), threading.Event()
    before = shutil.disk_usage(_SHARED).used

    def watch() -> None:
        while not ended.wait(_INTERVAL_S):
            peaks.see(shutil.disk_usage(_SHARED).used - before, spilled(session))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        ended.set()
        thread.join()


def spilled(session: Path) -> int:
    """Return the bytes that a cluster has moved from shared memory to its folder."""
    return sum(_size(path) for path in session.rglob("ray_spilled*/*"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:  # read back, and removed
        return 0


def write_images(folder: Path, count: int, size: int) -> None:
    """Write files of `size` bytes that no compression makes smaller; who waits does not open them."""
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number:06}.png").write_bytes(os.urandom(size))


def _work(options: argparse.Namespace) -> None:
    if not _SHARED.is_dir():
        raise ConfigError(f"There is no {_SHARED}, in which shared memory is looked at: run it on Linux.")
    size = int(options.megabytes * _MIB)
    with tempfile.TemporaryDirectory() as folder, local_cluster(_ACTORS, options.store) as session:
        source = Path(folder, "pages")
        write_images(source, options.images, size)
        with watched(session) as peaks:
            counts = recognize_pages(
                str(source), str(Path(folder, "rows")), actors=_ACTORS, read=TimedReader(wait_s=options.wait)
            )
    sys.stdout.write(
        f"{counts.pages} images, {options.images * size / _MIB:.0f} MB; at a time at most "
        f"{peaks.shared / _MIB:.0f} MB in shared memory, {peaks.spilled / _MIB:.0f} MB moved to disk\n"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("--images", type=int, default=300, help="their number; default: %(default)s")
    parser.add_argument("--megabytes", type=float, default=1.5, help="size of each; default: %(default)s")
    parser.add_argument("--wait", type=float, default=0.25, metavar="S", help="of an actor for each image")
    parser.add_argument("--store", type=int, default=100, metavar="MB", help="shared memory of a node")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
