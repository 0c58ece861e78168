"""Learning in the background: one process of `text-recognizer fine-tune` at a time, for all workers.

The process inherits a locked file, so that it counts as running for as long as it lives, whichever worker has
started it and whether or not that one still lives.
"""

import json
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from werkzeug.exceptions import Conflict

from api import logs
from api.config import PREFIX as SECRETS
from api.fine_tuning.training_lines import unpack
from text_recognizer.files import lock_file

GRACE_S = 300.0  # beyond the minutes that learning may take: for starting, measuring and saving
_LOCK, _STATUS, _PROCESS, _LOG = "lock", "status.json", "process.json", "log"
_LINES = "lines-"  # and a name of their own, so that nobody removes those of another model
_BUSY = "Somebody's model is being taught; one at a time. Ask again when it is done."
_FAILED = "Learning has failed. The operator finds the reason in the log."
_SHOWN_LOG_BYTES = 2000  # of its end: a message of the command is there
COMMAND = [sys.executable, "-m", "text_recognizer.cli", "fine-tune"]

Json = dict[str, Any]


class Teacher:
    """Starts, watches and stops learning in a folder that all workers share.

    ```python
    from pathlib import Path

    from api.fine_tuning.teacher import Teacher

    teacher = Teacher(Path(folder) / "teaching", minutes=5.0)
    print(teacher.state()["state"])
    ```
    """

    def __init__(self, folder: Path, minutes: float, command: list[str] | None = None) -> None:
        """Use a folder, which is made if it does not exist.

        Args:
            folder: For lines, progress and log of one model; nobody but the service may read it.
            minutes: Time for learning.
            command: What is started; default: `text-recognizer fine-tune` of this installation.

        Raises:
            OSError: If the folder cannot be made.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._minutes, self._command = folder, minutes, command or COMMAND

    def start(self, name: str, lines: bytes) -> Json:
        """Begin to teach a model; return the state.

        Args:
            name: Of the new model.
            lines: ZIP file of the lines, see `unpack`.

        Raises:
            Conflict: If another one is being taught.
            InvalidInputError: If `lines` are no such file.
            OSError: If the folder cannot be written.
        """
        self._end_overdue()
        lock = lock_file(self._folder / _LOCK)
        if lock is None:
            raise Conflict(_BUSY)
        lines_folder = self._folder / f"{_LINES}{secrets.token_hex(8)}"
        try:
            self._forget()
            unpack(lines, lines_folder)
            self._launch(name, lines_folder, lock)
        finally:
            os.close(lock)  # the process has it now
        return self.state()

    def state(self) -> Json:
        """Return how far it is: `state` is `idle`, `running`, `done` or `failed`, the rest as in its file."""
        self._end_overdue()
        running = self._runs()
        process = self._read(_PROCESS)
        if process is None:
            return {"state": "idle"}
        status: Json = {"phase": "preparing", "progress": 0, **(self._read(_STATUS) or {})}
        status["name"] = process["name"]
        if running:
            return {**status, "state": "running"}
        if status.get("state") == "done":
            return status
        return {**status, "state": "failed", "message": _FAILED}

    def stop(self) -> None:
        """End what is running, and forget the lines."""
        process = self._read(_PROCESS)
        if process is not None and self._runs():
            _end(process["id"])
        self._forget()

    def _forget(self) -> None:
        self._remove_lines()
        for name in (_STATUS, _PROCESS):
            (self._folder / name).unlink(missing_ok=True)

    def _remove_lines(self) -> None:
        for path in self._folder.glob(f"{_LINES}*"):
            shutil.rmtree(path, ignore_errors=True)

    def _launch(self, name: str, lines: Path, lock: int) -> None:
        options = ["--data", str(lines), "--name", name, "--minutes", str(self._minutes)]
        options += ["--status", str(self._folder / _STATUS)]
        politely = [nice, "-n", "10"] if (nice := shutil.which("nice")) else []  # reading goes first
        with (self._folder / _LOG).open("wb") as log:
            process = subprocess.Popen(
                [*politely, *self._command, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={key: value for key, value in os.environ.items() if not key.startswith(SECRETS)},
                pass_fds=(lock,),
                start_new_session=True,  # so that all of its processes are ended together
            )
        fields = {"id": process.pid, "name": name, "began": time.time()}
        (self._folder / _PROCESS).write_text(json.dumps(fields), encoding="utf-8")
        threading.Thread(target=self._attend, args=(process, lines), name="teacher", daemon=True).start()

    def _attend(self, process: subprocess.Popen[bytes], lines: Path) -> None:
        """Wait for the end of a process; then remove its lines, and tell the operator if it has failed."""
        try:
            status = process.wait(60 * self._minutes + GRACE_S)
        except subprocess.TimeoutExpired:
            _end(process.pid)
            status = process.wait()
        shutil.rmtree(lines, ignore_errors=True)
        if status != 0:
            reason = ""
            with suppress(FileNotFoundError):
                reason = (self._folder / _LOG).read_bytes()[-_SHOWN_LOG_BYTES:].decode(errors="replace")
            logging.getLogger(logs.LOGGER).error("Learning has ended with status %d: %s", status, reason)

    def _end_overdue(self) -> None:
        """End a process whose worker does not attend to it any more."""
        process = self._read(_PROCESS)
        if process is None or time.time() - process["began"] < 60 * self._minutes + GRACE_S:
            return
        if self._runs():
            _end(process["id"])

    def _runs(self) -> bool:
        """Tell whether a process learns; without one, remove lines that it has left whose worker has died."""
        if (lock := lock_file(self._folder / _LOCK)) is None:
            return True
        self._remove_lines()
        os.close(lock)
        return False

    def _read(self, name: str) -> Json | None:
        try:
            fields = json.loads((self._folder / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return fields if isinstance(fields, dict) else None


def _end(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
