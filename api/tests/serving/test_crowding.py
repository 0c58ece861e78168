import contextlib
import socket
from collections.abc import Callable, Iterator

import pytest

from api.serving.connection import Connection, State
from api.serving.crowding import largest_body, largest_response, least_needed

Make = Callable[..., Connection]


@pytest.fixture
def make() -> Iterator[Make]:
    with contextlib.ExitStack() as stack:

        def make_(state: State, received: bytes = b"", response: int = 0) -> Connection:
            ours, theirs = socket.socketpair()
            stack.enter_context(theirs)
            connection = Connection(stack.enter_context(ours), "client", "server", 10**7)
            connection.state = state
            connection.incoming.feed(received)
            connection.sendall(bytes(response))
            return connection

        yield make_


def posted(size: int) -> bytes:
    return b"POST / HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n" + bytes(size)


def test_the_one_that_is_needed_least_gives_way(make: Make) -> None:
    working = make(State.WORKING)
    body, sending = make(State.RECEIVING, posted(9)), make(State.SENDING)
    lingering, half, idle = make(State.LINGERING), make(State.RECEIVING, b"GET /"), make(State.RECEIVING)
    order = [half, idle, lingering, sending, body]
    connections = [working, body, sending, lingering, half, idle]
    for expected in order:
        assert least_needed(connections) is expected
        connections.remove(expected)
    assert least_needed(connections) is None


def test_the_largest_body_is_given_up_when_all_are_too_large(make: Make) -> None:
    small, large = make(State.RECEIVING, posted(300_000)), make(State.RECEIVING, posted(400_000))
    assert largest_body([small, large], 700_000, most=700_000) is None
    assert largest_body([small, large], 700_001, most=700_000) is large


def test_finished_bodies_stay(make: Make) -> None:
    assert largest_body([make(State.WORKING, posted(300_000))], 300_000, most=10) is None
    assert largest_body([make(State.RECEIVING, posted(0))], 300_000, most=10) is None


def test_small_bodies_give_way_only_to_many_of_them(make: Make) -> None:
    small = make(State.RECEIVING, posted(1000))
    assert largest_body([small], 1500, most=1000) is None
    assert largest_body([small], 2000, most=1000) is small


def test_the_largest_response_is_given_up_but_not_the_newest(make: Make) -> None:
    small, large, newest = (make(State.SENDING, response=size) for size in (10, 20, 30))
    working = make(State.WORKING, response=1000)
    everyone = [small, large, newest, working]
    assert largest_response(everyone, 60, newest) is None
    assert largest_response(everyone, 59, newest) is large
    assert largest_response([newest, working], 1, newest) is None
