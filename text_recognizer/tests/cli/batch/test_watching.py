"""Files are yielded when they no longer change, once, and again when they have changed."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from text_recognizer.cli.batch.watching import watched


class OverError(Exception):
    pass


def test_files_that_rest_are_yielded_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    path, other = folder / "a.png", folder / "b.png"
    steps: Iterator[Callable[[], object]] = iter(
        [
            lambda: path.write_bytes(b"1"),
            lambda: path.write_bytes(b"12"),  # still being written
            lambda: None,
            lambda: other.write_bytes(b"1"),
            lambda: None,
            lambda: os.utime(path, (5, 5)),
            lambda: other.unlink(),
            lambda: None,
        ]
    )

    def pause(seconds: float) -> None:
        step = next(steps, None)
        if step is None:
            raise OverError
        step()

    rounds: list[list[str]] = []
    with contextlib.suppress(OverError):
        for sources in watched(folder, False, None, pause):
            rounds.append([Path(source.name).name for source in sources])
    assert rounds == [["a.png"], ["b.png"], ["a.png"]]


def test_a_folder_may_come_later(tmp_path: Path) -> None:
    looks = 0

    def pause(seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            (tmp_path / "in").mkdir()
            (tmp_path / "in" / "a.png").touch()
        assert looks < 9

    assert len(next(watched(tmp_path / "in", False, None, pause))) == 1
