"""A folder into which files come while it is watched."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from text_recognizer.documents.sources import Source, find_sources

PAUSE_SECONDS = 2.0  # between two looks


def watched(
    folder: Path,
    recursive: bool,
    besides: Path | None,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[list[Source]]:
    """Yield, without end, the files of a folder that are new or have changed since they were yielded.

    A file is yielded when two looks find it the same, so that it is not read while it is written.

    Args:
        folder: The folder; it may come later.
        recursive: Whether folders within it count.
        besides: A folder whose files are no sources.
        pause: Waits between two looks.
    """
    seen: dict[Path, tuple[int, int]] = {}
    yielded: dict[Path, tuple[int, int]] = {}
    while True:
        sources = [source for source in find_sources([folder], recursive, besides) if not source.problem]
        states = {path: state for path in _paths(sources) if (state := _state(path)) is not None}
        ready = {path for path, state in states.items() if seen.get(path) == state != yielded.get(path)}
        seen = states
        if ready:
            yielded |= {path: states[path] for path in ready}
            yield [source for source in sources if source.content in ready]
        pause(PAUSE_SECONDS)


def _paths(sources: list[Source]) -> list[Path]:
    return [source.content for source in sources if isinstance(source.content, Path)]


def _state(path: Path) -> tuple[int, int] | None:
    """Return size and time of change of a file; None if it is gone."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns
