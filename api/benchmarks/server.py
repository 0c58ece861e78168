"""Runs the service in separate processes, like tasks/serve.sh."""

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

from text_recognizer.errors import TextRecognizerError

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "text_recognizer" / "tests" / "support"

START_TIMEOUT_S = 60.0  # a cold disk takes seconds to read the models
STOP_TIMEOUT_S = 60.0  # longer than the service needs itself, twice REQUEST_TIMEOUT


class ServerStartError(TextRecognizerError):
    """The service did not start.

    ```python
    from api.benchmarks.server import ServerStartError, serve

    def starts(**settings: str) -> bool:
        try:
            with serve(**settings):
                return True
        except ServerStartError:
            return False
    ```
    """


@dataclass(frozen=True)
class Server:
    """A running service.

    ```python
    from api.benchmarks.server import Server, serve

    def report(server: Server) -> None:
        print(f"ready on port {server.port} after {server.seconds_to_ready:.1f} s")

    service = serve(workers=2)  # `with service as server: report(server)` starts it
    ```

    Attributes:
        port: Its port on 127.0.0.1.
        process: gunicorn's main process, which starts the workers.
        seconds_to_ready: From the start of the process until /readyz answered.
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
        """Ask the service to stop, as the runtime of a container does."""
        self.process.send_signal(signal.SIGTERM)


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    return _memory_mb(pid, "VmRSS")


def peak_mb(pid: int) -> float:
    """Return the peak of the resident memory of a process in MiB."""
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
        workers: Number of worker processes.
        settings: Other attributes of `ApiConfig` as strings, such as `queue_size="0"`.

    Yields:
        The service, ready.

    Raises:
        ServerStartError: If it does not start; its log is written to stderr.
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
                process.wait(STOP_TIMEOUT_S)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):  # nosec B310 # always http
                return
        except OSError:
            time.sleep(0.01)
    log.seek(0)
    sys.stderr.write(log.read().decode(errors="replace"))
    raise ServerStartError(f"The service did not start within {START_TIMEOUT_S:.0f} s; see its log above.")
