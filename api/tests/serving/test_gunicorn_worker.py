import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.tests.gunicorn_service import Server, samples, starter


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    with starter(tmp_path) as start:
        yield start


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


def test_an_early_refusal_reaches_a_client_whose_body_never_comes(start: Callable[..., Server]) -> None:
    server = start(workers="1", request_timeout="0.5", api_key="secret")
    request = b"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\n"
    assert server.say(request, b"1234").startswith(b"HTTP/1.1 401 ")
