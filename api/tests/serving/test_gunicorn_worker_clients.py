"""Clients that stall, drip, send too much or too early, against the service under gunicorn."""

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.tests.gunicorn_service import Server, samples, starter

HOST = b"HTTP/1.1\r\nHost: x\r\n"
CLOSE = HOST + b"Connection: close\r\n"
POST = b"POST /v1/predict " + HOST + b"Content-Type: image/png\r\n"
HANGS_S = 10.0  # an answer that waits for slow clients takes as long as they do; a busy machine takes seconds


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with starter(tmp_path_factory.mktemp("service")) as start:
        yield start(request_timeout="3", max_content_length="4000000")


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d+) ", answer)]


def seconds_to_live(server: Server) -> float:
    start = time.monotonic()
    server.get("/livez")
    return time.monotonic() - start


@contextlib.contextmanager
def clients(server: Server, number: int, begin: bytes, drop: bytes = b"") -> Iterator[None]:
    """Connect clients that send the beginning of a request, and then now and then a drop."""
    connections = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(number)]
    end = threading.Event()

    def drip() -> None:
        while not end.wait(0.3):
            for connection in connections:
                with contextlib.suppress(OSError):
                    connection.sendall(drop)

    thread = threading.Thread(target=drip)
    try:
        for connection in connections:
            connection.sendall(begin)
        thread.start()
        yield
    finally:
        end.set()
        thread.join()
        for connection in connections:
            connection.close()


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"", b""),
        (b"GET /livez HTTP/1.1\r\nX: ", b"a"),
        (POST, b"X: a\r\n"),
        (POST + b"Content-Length: 100000\r\n\r\nabc", b"x"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 40, b""),  # and do not read
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"x"),
    ],
    ids=["silent", "half a header", "headers without an end", "body", "chunks", "slow readers", "TLS"],
)
def test_slow_clients_delay_nobody(server: Server, png: bytes, begin: bytes, drop: bytes) -> None:
    with clients(server, 150, begin, drop):
        time.sleep(0.5)
        assert seconds_to_live(server) < HANGS_S
        assert server.predict(png) == 200
        assert seconds_to_live(server) < HANGS_S


def test_more_clients_than_connections_are_served(server: Server, png: bytes) -> None:
    with clients(server, 900, b"GET / HTTP/1.1\r\n"), clients(server, 1300, b""):
        assert seconds_to_live(server) < HANGS_S
        assert server.predict(png) == 200


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks, 400)
        for chunks in (b"0x4\r\nabcd\r\n", b"F" * 40 + b"\r\n", b"4\r\nabcdXX0\r\n", b"\r\n", b"-1\r\n")
    ]
    + [
        (b"GET / " + CLOSE + b"SCRIPT_NAME: /evil\r\n\r\n", 200),
        (b"GET / " + CLOSE + b"Script-Name: /evil\r\nX-Forwarded-Prefix: /evil\r\n\r\n", 200),
        (b"GET / " + CLOSE + b"PATH_INFO: /evil\r\n\r\n", 200),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"GET /livez " + CLOSE + b"Host: y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, 431),
        (POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400),
        (POST + b"Content-Length: +4\r\n\r\nabcd", 400),
        (POST + b"Transfer-Encoding: xchunked\r\n\r\n", 501),
        (POST + b"Content-Length: 4\r\nExpect: 200-ok\r\n\r\n", 417),
    ],
)
def test_malformed_requests_are_the_clients_fault(server: Server, request_: bytes, status: int) -> None:
    answer = server.say(request_)
    assert statuses(answer) == [status]
    if status >= 400:
        assert b"application/problem+json" in answer


def test_a_body_beyond_the_limit_gets_its_413_though_all_of_it_is_sent(server: Server) -> None:
    length = 13 * 2**20
    answer = server.say(POST + b"Content-Length: %d\r\n\r\n" % length, bytes(length))
    assert statuses(answer) == [413]
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["detail"].startswith("The body is too large")
    chunks = b"".join(b"10000\r\n" + bytes(2**16) + b"\r\n" for _ in range(200))
    answer = server.say(POST + b"Transfer-Encoding: chunked\r\n\r\n", chunks)
    assert statuses(answer) == [413]


def test_no_request_is_hidden_in_another_ones_body(server: Server) -> None:
    hidden = b"GET /smuggled " + HOST + b"\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(hidden)
    last = b"GET /livez " + CLOSE + b"\r\n"
    assert statuses(server.say(b"GET /livez " + HOST + length + hidden + last)) == [200, 200]
    assert statuses(server.say(b"DELETE /v1/predict " + HOST + length + hidden + last)) == [405, 200]
    assert statuses(server.say(POST + b"Content-Length: 99999999\r\n\r\n" + hidden)) == [413]


def test_pipelined_requests_are_answered_in_order(server: Server, png: bytes) -> None:
    predict = POST + b"Content-Length: %d\r\n\r\n" % len(png) + png
    last = b"GET /livez " + CLOSE + b"\r\n"
    assert statuses(server.say(b"GET /readyz " + HOST + b"\r\n" + predict + predict + last)) == [200] * 4


def test_a_client_that_waits_for_the_go_ahead_gets_it_once(server: Server, png: bytes) -> None:
    head = b"POST /v1/predict " + CLOSE + b"Content-Type: image/png\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(png))
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(png)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert statuses(answer) == [200]
    too_large = head + b"Content-Length: 99999999\r\n\r\n"
    assert statuses(server.say(too_large)) == [413]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    with starter(tmp_path) as start:
        yield start


def test_no_request_is_refused_while_a_place_is_free(start: Callable[..., Server], png: bytes) -> None:
    server = start(workers="2", queue_size="3")
    request = POST + b"Content-Length: %d\r\n\r\n" % len(png) + png
    found: list[int] = []

    def send(times: int) -> None:
        while times:
            with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
                answer = b""
                while (
                    times and b"connection: close" not in answer.lower()
                ):  # said by a worker with many clients
                    connection.sendall(request)
                    answer = connection.recv(65536)
                    found.extend(statuses(answer))
                    times -= 1

    threads = [threading.Thread(target=send, args=(1 + number % 3,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {200}
    work = samples(server)["text_recognizer_requests_total", "/v1/predict", "200", "POST"]
    assert work == len(found)


def test_a_refused_client_is_not_read_from_before_it_may_send_again(
    start: Callable[..., Server], png: bytes
) -> None:
    server = start(workers="1", queue_size="0")
    request = POST + b"Content-Length: %d\r\n\r\n" % len(png) + png
    with (
        socket.create_connection(("127.0.0.1", server.port), 30) as connection,
        socket.create_connection(("127.0.0.1", server.port), 30) as other,
    ):
        other.sendall(request * 20)  # takes seconds
        time.sleep(0.1)
        connection.sendall(request)
        assert statuses(connection.recv(65536)) == [503]
        refused = time.monotonic()
        connection.sendall(b"GET /livez " + HOST + b"\r\n")
        assert statuses(connection.recv(65536)) == [200]
        assert time.monotonic() - refused > 0.8
