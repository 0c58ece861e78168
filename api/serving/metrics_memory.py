"""The files in shared memory that hold the metrics of several workers.

prometheus_client maps them into memory, and a page of a file that the file system has no room for kills the
process that touches it (SIGBUS). So the room is taken before the workers start.
"""

import os
from pathlib import Path

from text_recognizer.errors import ConfigError

# What a worker writes; prometheus_client names its files so.
_KINDS = ("counter", "histogram", "gauge_livesum", "gauge_livemax")
# All combinations of labels, which come from closed sets, need less than half of it.
FILE_BYTES = 2**18


def reserve(folder: Path, workers: int) -> None:
    """Make the metrics files of all workers, with room for all that they will hold.

    Args:
        folder: An empty one, where prometheus_client looks for them; it is removed if there is no room.
        workers: Number of workers; one more gets files too, because a worker overlaps with its successor.

    Raises:
        ConfigError: If the file system is too small.
    """
    files = [folder / f"{kind}_{number}.db" for kind in _KINDS for number in range(workers + 1)]
    try:
        for path in files:
            with path.open("wb") as file:
                _allocate(file.fileno())
    except OSError as error:
        for path in files:
            path.unlink(missing_ok=True)
        folder.rmdir()
        raise ConfigError(
            f"The metrics of {workers} workers need {len(files) * FILE_BYTES // 1024:,} kB in "
            f"{folder.parent}: {error.strerror}. Give it more room (docker run --shm-size=64m), "
            "or run fewer workers."
        ) from error


def _allocate(descriptor: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, FILE_BYTES)
    else:  # macOS has no such function, and no small file system for shared memory either
        os.write(descriptor, bytes(FILE_BYTES))
