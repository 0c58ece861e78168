import socket
from collections.abc import Iterator

import pytest

from api.serving.connection import Connection


@pytest.fixture
def ends() -> Iterator[tuple[Connection, socket.socket]]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(5)
    connection = Connection(ours, "client", "server", max_body_bytes=1000)
    yield connection, theirs
    connection.close()
    theirs.close()


def test_nothing_that_has_arrived_differs_from_the_end(ends: tuple[Connection, socket.socket]) -> None:
    connection, theirs = ends
    assert connection.receive() is None
    theirs.sendall(b"abc")
    assert connection.receive() == b"abc"
    theirs.shutdown(socket.SHUT_WR)
    assert connection.receive() == b""


def test_a_response_that_the_client_does_not_take_waits(ends: tuple[Connection, socket.socket]) -> None:
    connection, theirs = ends
    response = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(5_000_000)
    connection.sock.sendall(response[:100])
    connection.sock.sendall(response[100:])
    assert not connection.flush()
    taken = bytearray()
    while not connection.flush():
        taken += theirs.recv(1_000_000)
    while len(taken) < len(response):
        taken += theirs.recv(1_000_000)
    assert taken == response


def test_a_connection_that_broke_is_told_when_something_is_sent(
    ends: tuple[Connection, socket.socket],
) -> None:
    connection, theirs = ends
    theirs.close()
    connection.sendall(bytes(1_000_000))
    with pytest.raises(OSError, match="."):
        connection.flush()


@pytest.mark.parametrize(
    ("status", "refused"), [(b"200", False), (b"429", True), (b"503", True), (b"500", False)]
)
def test_refusals_are_known_by_their_status(
    ends: tuple[Connection, socket.socket], status: bytes, refused: bool
) -> None:
    connection, _ = ends
    connection.sendall(b"HTTP/1.1 " + status + b" X\r\n\r\n")
    connection.flush()
    assert connection.refused is refused


def test_the_go_ahead_is_sent_at_once(ends: tuple[Connection, socket.socket]) -> None:
    connection, theirs = ends
    connection.go_ahead()
    assert theirs.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
