import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

import api

# The service as tasks/serve.sh runs it, except for its models: a prediction takes 0.2 s and does nothing.
_SERVE = """
import time
from unittest import mock
from api.tests.conftest import FakeRecognizer
from gunicorn.app.wsgiapp import run

class Slow(FakeRecognizer):
    def predict(self, image):
        time.sleep(0.2)
        return super().predict(image)

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


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
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
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        processes.append(process)
        server = Server(process, port)
        for _ in range(600):
            assert process.poll() is None, (tmp_path / "log").read_text()
            try:
                server.get("/readyz")
            except OSError:
                time.sleep(0.1)
            else:
                return server
        raise AssertionError((tmp_path / "log").read_text())

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


def test_metrics_add_up_over_workers_and_their_successors(start: Callable[..., Server], png: bytes) -> None:
    server = start(queue_size="20")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: server.predict(png), range(8))) == [200] * 8
    key = ("text_recognizer_requests_total", "/v1/predict", "200", "POST")
    assert samples(server)[key] == 8
    assert samples(server)["text_recognizer_admitted",] == 0
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    if not children.exists():
        pytest.skip("the workers' process ids are read from Linux' /proc")
    before = children.read_text().split()
    os.kill(int(before[0]), signal.SIGTERM)
    while before[0] in children.read_text().split():
        time.sleep(0.05)
    assert server.predict(png) == 200
    assert samples(server)[key] == 9


def test_requests_that_are_no_http_get_a_problem(start: Callable[..., Server]) -> None:
    server = start(workers="1")
    head, _, body = server.say(b"GET / HTTP/9.9\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"Content-Type: application/problem+json" in head
    assert b'"status": 400' in body


def test_a_body_that_never_comes_is_a_408(start: Callable[..., Server]) -> None:
    server = start(workers="1", request_timeout="0.5")
    request = b"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\n"
    assert server.say(request, b"1234").startswith(b"HTTP/1.1 408 ")
    # A head that never ends: nobody to answer, but the thread is not lost.
    assert server.say(b"GET / HTTP/1.1\r\nHost:") == b""


def test_sigterm_answers_what_was_accepted(start: Callable[..., Server], png: bytes) -> None:
    server = start(queue_size="20")
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(server.predict(png))) for _ in range(8)]
    for thread in threads:
        thread.start()
    while not samples(server)["text_recognizer_admitted",] >= 4:
        time.sleep(0.01)
    server.process.terminate()
    for thread in threads:
        thread.join(60)
    assert statuses == [200] * 8
    assert server.process.wait(60) == 0


def test_it_leaves_nothing_behind(start: Callable[..., Server]) -> None:
    memory = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())
    server = start(workers="1")
    folders = f"text_recognizer_{server.process.pid}_*"
    assert len(list(memory.glob(folders))) == 1
    server.process.terminate()
    assert server.process.wait(60) == 0
    assert list(memory.glob(folders)) == []


def test_an_early_refusal_reaches_a_client_whose_body_never_comes(start: Callable[..., Server]) -> None:
    server = start(workers="1", request_timeout="0.5", api_key="secret")
    request = b"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\n"
    assert server.say(request, b"1234").startswith(b"HTTP/1.1 401 ")
