"""The service in processes of its own, as tasks/serve.sh runs it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "text_recognizer" / "tests" / "support"

_START_TIMEOUT = 60.0


@dataclass(frozen=True)
class Server:
    """A running service.

    Attributes:
        port: On 127.0.0.1.
        process: gunicorn's arbiter.
        seconds_to_ready: From its start until /readyz answered.
    """

    port: int
    process: "subprocess.Popen[bytes]"
    seconds_to_ready: float

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return sorted(map(int, children.split()))

    def terminate(self) -> None:
        """Ask it to stop, as a container's runtime does."""
        self.process.send_signal(signal.SIGTERM)


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    return _memory_mb(pid, "VmRSS")


def peak_mb(pid: int) -> float:
    """Return the most resident memory that a process has ever had."""
    return _memory_mb(pid, "VmHWM")


def _memory_mb(pid: int, field: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) / 1024


def open_files(pid: int) -> int:
    """Return the number of file descriptors of a process."""
    return len(os.listdir(f"/proc/{pid}/fd"))


@contextmanager
def serve(workers: int = 2, **settings: str) -> Iterator[Server]:
    """Run the service.

    Args:
        workers: Processes.
        settings: Others of `ApiConfig`, such as `queue_size="0"`.

    Yields:
        The service, ready.

    Raises:
        RuntimeError: If it does not start; with its log.
    """
    port = _free_port()
    given = {"port": str(port), "workers": str(workers), "max_requests": "0", **settings}
    environment = {**os.environ, "MALLOC_ARENA_MAX": "2"}
    environment |= {f"TEXT_RECOGNIZER_API_{name.upper()}": value for name, value in given.items()}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:api.gunicorn_conf"]
    with tempfile.TemporaryFile() as log:
        start = time.monotonic()
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process:
            try:
                _wait_until_ready(port, process, log)
                yield Server(port, process, time.monotonic() - start)
            finally:
                process.terminate()
                process.wait(60)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    end = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):  # nosec B310 # always http
                return
        except OSError:
            time.sleep(0.01)
    log.seek(0)
    raise RuntimeError(
        f"Expected the service to start within {_START_TIMEOUT:.0f} s; received:\n"
        f"{log.read().decode(errors='replace')}"
    )
