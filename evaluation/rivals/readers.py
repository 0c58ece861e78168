"""Programs that read images in turns, and what it costs them: ours, Tesseract, RapidOCR."""

import argparse
import functools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeAlias

from PIL import Image

from evaluation.rivals.rapidocr_worker import PAGES
from text_recognizer.errors import ConfigError

TURNS = 4  # readers take turns after each: a busy minute of the machine then falls on all of them

_RAPIDOCR = Path(__file__).with_name("rapidocr_worker.py")
_LOADS = 3  # runs of Tesseract whose median is the time to load its model
_BLANK_PX = 40  # a side of the image that it then reads


@dataclass(frozen=True)
class Reading:
    """What a program read at one time.

    ```python
    from evaluation.rivals.readers import Reading

    print(Reading(["some text"], seconds=0.02, cpu_seconds=0.02).texts)
    ```

    Attributes:
        texts: One for each image.
        seconds: Of the clock.
        cpu_seconds: Of all processor cores.
    """

    texts: list[str]
    seconds: float
    cpu_seconds: float


Read: TypeAlias = Callable[[Sequence[Path]], Reading]


@dataclass
class Reader:
    """A program that reads images, and what it has read so far.

    ```python
    from pathlib import Path

    from evaluation.rivals.readers import Reader, timed_reading
    from text_recognizer import LinePredictor

    predictor = LinePredictor()
    reader = Reader(timed_reading(lambda paths: [predictor.predict(path).text for path in paths]))
    reader.go_on([Path(folder) / "line.png"])
    print(reader.texts, reader.seconds)
    ```

    Attributes:
        read: Reads images, given as files.
        texts: One for each image.
        seconds: Of the clock.
        cpu_seconds: Of all processor cores.
    """

    read: Read
    texts: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def go_on(self, paths: Sequence[Path]) -> None:
        """Read more images."""
        reading = self.read(paths)
        self.texts += reading.texts
        self.seconds += reading.seconds
        self.cpu_seconds += reading.cpu_seconds


def take_turns(readers: Sequence[tuple[Reader, Sequence[Path]]]) -> None:
    """Let readers read their files, a part of them in each of `TURNS` turns.

    Args:
        readers: Each with its files; all have equally many.
    """
    for turn in range(TURNS):
        for reader, paths in readers:
            reader.go_on(paths[turn * len(paths) // TURNS : (turn + 1) * len(paths) // TURNS])


def timed_reading(read: Callable[[Sequence[Path]], list[str]]) -> Read:
    """Return what reads as `read` does, in this process or in ones that it waits for, and takes the time."""

    def timed(paths: Sequence[Path]) -> Reading:
        started, cpu_started = time.perf_counter(), _cpu_seconds()
        texts = read(paths)
        return Reading(texts, time.perf_counter() - started, _cpu_seconds() - cpu_started)

    return timed


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


def read_one_by_one(paths: Sequence[Path], mode: int) -> list[str]:
    """Return the texts of images, read by a process of Tesseract for each."""
    return [text for path in paths for text in read_together([path], mode)]


def read_together(paths: Sequence[Path], mode: int) -> list[str]:
    """Return the texts of images, read by one process of Tesseract with `eng` on one thread.

    Args:
        paths: Files.
        mode: Its page segmentation mode: 7 for a line, 8 for a word.
    """
    if not paths:
        return []
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "images.txt"
        images.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        pages = subprocess.run(
            ["tesseract", str(images), "stdout", "-l", "eng", "--psm", str(mode)],
            env={**os.environ, "OMP_THREAD_LIMIT": "1"}, capture_output=True, text=True, check=True,
        ).stdout.split("\f")  # fmt: skip
    texts = [" ".join(page.split()) for page in pages[: len(paths)]]
    return texts + [""] * (len(paths) - len(texts))


def loaded_tesseract(mode: int) -> Read:
    """Return what reads as `read_together` does, its time without that of starting and loading the model."""
    with_load = timed_reading(functools.partial(read_together, mode=mode))
    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / "blank.png"
        Image.new("L", (_BLANK_PX, _BLANK_PX), 255).save(blank)
        loads = [with_load([blank]) for _ in range(_LOADS)]
    seconds = statistics.median(load.seconds for load in loads)
    cpu_seconds = statistics.median(load.cpu_seconds for load in loads)

    def read(paths: Sequence[Path]) -> Reading:
        reading = with_load(paths)
        return Reading(
            reading.texts, max(0, reading.seconds - seconds), max(0, reading.cpu_seconds - cpu_seconds)
        )

    return read


class PipedReader:
    """A program that reads images in a process of its own, behind a pipe; see `rapidocr_worker`.

    ```python
    import sys

    from evaluation.rivals.readers import PipedReader

    worker = "import json; input(); print(json.dumps({'version': 'mine', 'peak_mib': 20.0}))"
    with PipedReader([sys.executable, "-c", worker], "It does not run.") as reader:
        print(reader.version, reader.peak_mib)
    ```

    Attributes:
        version: Name and version of the program.
        peak_mib: The most memory that its process has had so far, in MiB.
    """

    def __init__(self, command: Sequence[str], hint: str, env: Mapping[str, str] | None = None) -> None:
        """Start the process and load the model.

        Args:
            command: The program and its arguments.
            hint: What to do if it does not run.
            env: More variables of its environment.

        Raises:
            ConfigError: If it does not run.
        """
        self._hint = hint
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                env={**os.environ, **(env or {})},
            )  # fmt: skip
        except OSError as error:
            raise ConfigError(f"{command[0]} cannot be started: {error}. {hint}") from error
        try:
            first = self._ask([])
            self.version, self.peak_mib = str(first["version"]), float(first["peak_mib"])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def read(self, paths: Sequence[Path]) -> Reading:
        """Return the texts of images, and the time of the process for them."""
        answer = self._ask([str(path) for path in paths])
        self.peak_mib = float(answer["peak_mib"])
        return Reading(answer["texts"], answer["seconds"], answer["cpu_seconds"])

    def _ask(self, paths: list[str]) -> dict[str, Any]:
        """Send the worker a line and return its response."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(paths) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # there is no response either
        line = self._process.stdout.readline()
        if not line:
            raise ConfigError(self._hint)
        answer: dict[str, Any] = json.loads(line)
        return answer


class RapidOcr(PipedReader):
    """RapidOCR in a process of its own, and if need be in another Python; one thread.

    ```python
    import sys
    from pathlib import Path

    from evaluation.rivals.readers import RapidOcr
    from text_recognizer import TextRecognizerError

    try:
        with RapidOcr(sys.executable) as rival:
            print(rival.version, rival.read([Path(folder) / "line.png"]).texts)
    except TextRecognizerError as error:  # rapidocr is not installed
        print(error)
    ```
    """

    def __init__(self, python: str, pages: bool = False) -> None:
        """Start the process and load the models.

        Args:
            python: An interpreter that has the packages rapidocr and onnxruntime.
            pages: Whether images are whole pages; else each is a word or a line.

        Raises:
            ConfigError: If it has not.
        """
        hint = (
            "RapidOCR does not run: install the packages rapidocr and onnxruntime, here or where "
            "--rapidocr-python points."
        )
        threads = {"OMP_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
        super().__init__([python, str(_RAPIDOCR), *([PAGES] if pages else [])], hint, threads)


def add_rapidocr_argument(parser: argparse.ArgumentParser) -> None:
    """Add `--rapidocr-python`, the interpreter in which RapidOCR runs."""
    parser.add_argument(
        "--rapidocr-python",
        default=sys.executable,
        metavar="PATH",
        help="a Python that has the packages rapidocr and onnxruntime; default: this one",
    )
