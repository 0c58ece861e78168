"""Jobs in a folder that all workers share: each a document, how to read it, and later the response.

A job is a folder whose name cannot be guessed. Whoever works at it holds a lock on one of its files, which
the system takes away from a process that dies: another one then begins the job anew.
"""

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from werkzeug.exceptions import ServiceUnavailable

from api.documents.rendering import PROBLEM_TYPE, Rendered
from api.errors import problem
from api.metrics import JobEvent, JobState
from text_recognizer.files import lock_file, write_atomically
from text_recognizer.predictions.languages import LanguageChoice

MAX_ATTEMPTS = 3  # a worker may be replaced while it reads, but a document must not end one after the other
RETRY_AFTER_S = 5  # about the time of a few pages
_ID_BYTES = 16
_ID = re.compile(r"[0-9a-f]{32}")
_DOCUMENT, _ORDER, _RESULT, _HEAD, _LOCK = "document", "order.json", "result", "result.json", "lock"
_LOST = (
    "The job is lost: the worker that read the document ended {} times. Send it again with fewer pages, and "
    "report it if that does not help."
)
_TOO_LONG = "The response has {:,} bytes; expected at most {:,}. Choose fewer pages with ?pages=."


def _nothing(_: JobEvent) -> None:
    pass


@dataclass(frozen=True)
class Order:
    """How a document is to be read.

    Attributes:
        count: Number of its pages.
        numbers: Those that are wanted.
        format: A key of `ALL_FORMATS`.
        model: Name of the model; None = the default one.
        only: The kind of lines to read; None = all.
        language: What the pages are written in.
        alternatives: How many texts of each line to tell; 0 = only the best one.
    """

    count: int
    numbers: list[int]
    format: str
    model: str | None
    only: Literal["handwriting", "print"] | None
    language: LanguageChoice = "auto"
    alternatives: int = 0


@dataclass(frozen=True)
class Task:
    """A job that this process works at.

    ```python
    from pathlib import Path

    from api.documents.jobs import Jobs, Order

    jobs = Jobs(Path(folder) / "tasks", most=10, seconds=60.0, max_result_bytes=1000)
    jobs.submit(b"a document", Order(1, [1], "text", None, None))
    with jobs.claimed() as task:
        print(task.order.numbers, task.document(), task.is_wanted())
    ```

    Attributes:
        folder: Where it is.
        order: How to read the document.
    """

    folder: Path
    order: Order

    def document(self) -> bytes:
        """Return the document."""
        return (self.folder / _DOCUMENT).read_bytes()

    def is_wanted(self) -> bool:
        """Tell whether nobody has removed the job."""
        return (self.folder / _ORDER).exists()


class Jobs:
    """The jobs of a service; threads and workers share them.

    ```python
    from pathlib import Path

    from api.documents.jobs import Jobs, Order
    from api.documents.rendering import Rendered

    jobs = Jobs(Path(folder) / "jobs", most=10, seconds=60.0, max_result_bytes=1000)
    name = jobs.submit(b"a document", Order(1, [1], "text", None, None))
    with jobs.claimed() as task:
        jobs.finish(task, Rendered(200, "text/plain", b"its text"))
    print(jobs.state(name), jobs.result(name).body)
    ```
    """

    def __init__(
        self,
        folder: Path,
        most: int,
        seconds: float,
        max_result_bytes: int,
        observe: Callable[[JobEvent], None] = _nothing,
    ) -> None:
        """Use a folder, which is made if it does not exist.

        Args:
            folder: Where the jobs are; nobody but the service may read it.
            most: Number of jobs in it.
            seconds: After which a job that nobody works at is removed.
            max_result_bytes: Size of a response.
            observe: Called with what happens to each job.

        Raises:
            OSError: If the folder cannot be made.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._most, self._seconds = folder, most, seconds
        self._max_result_bytes, self._observe = max_result_bytes, observe

    def submit(self, document: bytes, order: Order) -> str:
        """Add a job; return its name.

        Raises:
            ServiceUnavailable: If there are too many.
            OSError: If the folder cannot be written to, or the disk is full.
        """
        name = secrets.token_hex(_ID_BYTES)
        with _locked(self._folder / _LOCK) as locked:
            self.sweep()
            if not locked or len(self._all()) >= self._most:
                self._observe("refused")
                raise ServiceUnavailable(
                    f"The queue of jobs is full: it takes at most {self._most}, finished ones included. Send "
                    "the document again after the seconds in Retry-After.",
                    retry_after=RETRY_AFTER_S,
                )
            folder = self._folder / name
            try:
                folder.mkdir(mode=0o700)
                (folder / _DOCUMENT).write_bytes(document)
                write_atomically(folder / _ORDER, json.dumps(asdict(order)))  # with it, the job begins
            except OSError:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        self._observe("submitted")
        return name

    def counts(self) -> dict[JobState, int]:
        """Return how many jobs there are in each state."""
        states = [self.state(folder.name) for folder in self._all()]
        return {state: states.count(state) for state in get_args(JobState)}

    def state(self, name: str) -> JobState | None:
        """Return how far a job is; None if there is none."""
        folder = self._folder / name
        if not _ID.fullmatch(name) or not (folder / _ORDER).exists():
            return None
        if (folder / _HEAD).exists():
            return "done"
        return "running" if _attempts(folder) else "waiting"

    def result(self, name: str) -> Rendered:
        """Return the response of a job that is done.

        Raises:
            OSError: If it was removed meanwhile.
        """
        head = json.loads((self._folder / name / _HEAD).read_text(encoding="utf-8"))
        return Rendered(head["status"], head["type"], (self._folder / name / _RESULT).read_bytes())

    def remove(self, name: str) -> None:
        """Remove a job; one that is being read ends after its page."""
        _remove(self._folder / name)

    @contextmanager
    def claimed(self) -> Iterator[Task | None]:
        """Hold the oldest job that is not done and that nobody works at; None if there is none.

        Raises:
            OSError: If the folder cannot be written to.
        """
        for folder in sorted(self._all(), key=_age, reverse=True):
            if (folder / _HEAD).exists() or not (folder / _ORDER).exists():
                continue
            with suppress(FileNotFoundError), _locked(folder / _LOCK, wait=False) as locked:
                # It may have been done between the two looks.
                if locked and not (folder / _HEAD).exists() and (task := self._begun(folder)) is not None:
                    yield task
                    return
        yield None

    def _begun(self, folder: Path) -> Task | None:
        """Count an attempt; return the task, or give it up after too many."""
        try:
            order = Order(**json.loads((folder / _ORDER).read_text(encoding="utf-8")))
        except (ValueError, TypeError):  # written by another version, or damaged: it must not stop the others
            _remove(folder)
            return None
        task, attempts = Task(folder, order), _attempts(folder)
        if attempts >= MAX_ATTEMPTS:
            body = json.dumps(problem(500, _LOST.format(attempts))).encode()
            self.finish(task, Rendered(500, PROBLEM_TYPE, body))
            return None
        with (folder / "attempts").open("ab") as file:
            file.write(b".")
        return task

    def finish(self, task: Task, result: Rendered) -> None:
        """Keep the response of a job, and remove its document.

        Raises:
            OSError: If it cannot be written.
        """
        if not task.is_wanted():
            return
        if (size := len(result.body)) > self._max_result_bytes:
            body = json.dumps(problem(413, _TOO_LONG.format(size, self._max_result_bytes))).encode()
            result = Rendered(413, PROBLEM_TYPE, body)
        write_atomically(task.folder / _RESULT, result.body)
        head = {"status": result.status, "type": result.content_type}
        write_atomically(task.folder / _HEAD, json.dumps(head))
        (task.folder / _DOCUMENT).unlink(missing_ok=True)
        self._observe("read" if result.status < 400 else "failed")

    def sweep(self) -> None:
        """Remove jobs that are too old and that nobody works at, and what was left by a killed process."""
        for folder in self._folder.iterdir():
            if folder.is_dir() and _age(folder) > self._seconds:
                with suppress(FileNotFoundError), _locked(folder / _LOCK, wait=False) as locked:
                    if locked:
                        _remove(folder)

    def _all(self) -> list[Path]:
        return [folder for folder in self._folder.iterdir() if _ID.fullmatch(folder.name)]


def _remove(folder: Path) -> None:
    (folder / _ORDER).unlink(missing_ok=True)  # without it there is no job, even if the rest remains
    shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    """Return the seconds since a job was submitted; 0 if it is gone."""
    try:
        return time.time() - os.stat(folder / _ORDER).st_mtime
    except FileNotFoundError:
        with suppress(FileNotFoundError):
            return time.time() - folder.stat().st_mtime
    return 0.0


def _attempts(folder: Path) -> int:
    try:
        return (folder / "attempts").stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _locked(path: Path, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a file, which is made; tell whether that succeeded."""
    descriptor = lock_file(path, wait)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)
