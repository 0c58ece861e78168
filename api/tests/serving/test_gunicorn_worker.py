import contextlib
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]  # gunicorn has no types

from api.serving.connection import Connection, State
from api.serving.gunicorn_worker import GracefulThreadWorker
from api.tests.gunicorn_service import Server, starter


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


def test_an_early_refusal_reaches_a_client_whose_body_never_comes(start: Callable[..., Server]) -> None:
    server = start(workers="1", request_timeout="0.5", api_key="secret")
    request = b"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\n"
    assert server.say(request, b"1234").startswith(b"HTTP/1.1 401 ")


LIVE = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"


class Worker(GracefulThreadWorker):
    """A worker without a process and without threads: the test answers the requests."""

    def __init__(self, threads: int = 2) -> None:
        config = Config()
        config.set("threads", threads)
        config.set("worker_connections", 10)
        super().__init__(1, 1, [], None, 30, config, None)
        self.poller = selectors.DefaultSelector()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as gunicorn does
        self.begun: list[Connection] = []

    def enqueue_req(self, conn: Connection) -> None:
        self.begun.append(conn)

    def connect(self) -> socket.socket:
        """Return a client whose connection is accepted."""
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.connect(self.listener.getsockname())
        self.accept(self.listener)
        return client

    def pass_events(self) -> None:
        time.sleep(0.01)  # until what was sent on this machine has arrived
        self.wait_for_and_dispatch_events(0)

    def respond(self, size: int = 10) -> Connection:
        """Answer the oldest request."""
        connection, done = self.begun.pop(0), Future[bool]()
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n".ljust(size, b"."))
        done.set_result(True)
        self.finish_request(connection, done)
        return connection

    def close(self) -> None:
        for connection in list(self._connections):
            self._close(connection)
        self.poller.close()
        self.listener.close()
        self.tmp.close()


@pytest.fixture
def worker() -> Iterator[Worker]:
    with contextlib.closing(Worker()) as worker:
        yield worker


def test_requests_that_came_together_let_others_go_first(worker: Worker) -> None:
    greedy, other = worker.connect(), worker.connect()
    greedy.sendall(3 * LIVE)
    worker.pass_events()
    second = worker.connect()
    other.sendall(LIVE)
    second.sendall(LIVE)
    worker.pass_events()
    assert len(worker.begun) == 3  # as many as came first, though there are but two threads
    first = worker.respond()
    assert first not in worker.begun  # both threads are busy
    worker.respond()
    assert worker.begun[-1] is first
    for _ in range(3):
        worker.respond()
    assert not worker.begun
    for client, count in ((greedy, 3), (other, 1), (second, 1)):
        assert client.recv(1000).count(b"200 OK") == count
        client.close()


def test_a_client_that_was_refused_goes_on_though_nothing_else_works(worker: Worker) -> None:
    client = worker.connect()
    client.sendall(2 * LIVE)
    worker.pass_events()
    connection = worker.begun[0]
    connection.sendall(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
    worker.respond(size=0)
    assert (connection.state, worker.begun) == (State.PAUSED, [])
    worker.murder_pending()  # the next look at all others is due in a quarter of a second
    assert worker.begun == []
    connection.deadline = 0.0
    worker.murder_pending()
    assert worker.begun == [connection]
    client.close()


def test_a_response_is_not_sent_for_ever_to_one_who_reads_a_little_now_and_then(worker: Worker) -> None:
    client = worker.connect()
    client.sendall(LIVE)
    worker.pass_events()
    connection = worker.respond(3_000_000)
    assert connection.state is State.SENDING
    until, unsent = connection.deadline, connection.unsent
    assert until - time.monotonic() > 2_900_000 / 50_000
    while connection.unsent == unsent:
        client.recv(100_000)
        worker.pass_events()
    assert connection.deadline == until
    connection.deadline = 0.0
    worker.murder_pending()
    assert worker.nr_conns == 0
    client.close()


def test_unread_responses_take_a_bounded_memory(worker: Worker) -> None:
    worker._max_response = 2_000_000
    clients = [worker.connect() for _ in range(4)]
    for client in clients:
        client.sendall(LIVE)
    worker.pass_events()
    connections = [worker.respond(1_900_000) for _ in clients]
    sending = [each for each in connections if each in worker._connections]
    assert sending == connections[-2:]
    for client in clients:
        client.close()


def test_the_kernel_keeps_little_of_what_a_client_does_not_read(worker: Worker) -> None:
    client = worker.connect()
    client.sendall(LIVE)
    worker.pass_events()
    assert worker.respond(1_000_000).unsent > 600_000
    client.close()


def test_a_connection_closed_for_another_one_ends_no_worker(worker: Worker) -> None:
    clients = [worker.connect() for _ in range(9)]
    worker.poller.register(worker.listener, selectors.EVENT_READ, worker.accept)
    clients[0].sendall(LIVE)
    clients += [socket.create_connection(worker.listener.getsockname()) for _ in range(3)]
    for _ in range(3):
        worker.pass_events()
    assert worker.nr_conns == 9
    for client in clients:
        client.close()
