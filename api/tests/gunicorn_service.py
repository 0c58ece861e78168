"""The service under gunicorn, with a recognizer that takes 0.2 s and reads nothing."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

import api

# The service as tasks/serve.sh runs it, except for its models: a prediction takes 0.2 s and does nothing.
_SERVE = """
import time
from unittest import mock
from api.tests.conftest import FakeRecognizer
from gunicorn.app.wsgiapp import run

class Slow(FakeRecognizer):
    def predict(self, image, budget, language="auto"):
        time.sleep(0.2)
        return super().predict(image, budget)

with mock.patch("api.recognition.load_recognizer", Slow):
    run()
"""


class Server:
    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process, self.port = process, port

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as response:
            return str(response.read().decode())

    def predict(self, png: bytes) -> int:
        url = f"http://127.0.0.1:{self.port}/v1/predict"
        request = urllib.request.Request(url, png, {"Content-Type": "image/png"})
        with urllib.request.urlopen(request, timeout=30) as response:
            return int(response.status)

    def say(self, *parts: bytes) -> bytes:
        """Send `parts` on one connection and return all that is answered until it closes."""
        with socket.create_connection(("127.0.0.1", self.port), 30) as connection:
            for part in parts:
                connection.sendall(part)
            answer = b""
            while received := connection.recv(4096):
                answer += received
            return answer


@contextlib.contextmanager
def starter(folder: Path) -> Iterator[Callable[..., Server]]:
    """Yield what starts the service with settings of `ApiConfig`; its log goes to `folder`."""
    processes: list[subprocess.Popen[bytes]] = []

    def start_(**settings: str) -> Server:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        given = {"port": str(port), "workers": "2", **settings}
        root = Path(api.__file__).parents[1]
        environment = {
            name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"
        }
        environment |= {f"TEXT_RECOGNIZER_API_{name.upper()}": value for name, value in given.items()}
        environment["PYTHONPATH"] = os.pathsep.join([str(root), *filter(None, sys.path)])
        command = [sys.executable, "-c", _SERVE, "--config", "python:api.gunicorn_conf"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        processes.append(process)
        server = Server(process, port)
        for _ in range(600):
            assert process.poll() is None, (folder / "log").read_text()
            try:
                server.get("/readyz")
            except OSError:
                time.sleep(0.1)
            else:
                return server
        raise AssertionError((folder / "log").read_text())

    yield start_
    for process in processes:
        process.terminate()
        process.wait(60)


def samples(server: Server) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(server.get("/metrics"))
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }
