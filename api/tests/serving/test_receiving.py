import time

import pytest
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestEntityTooLarge, ServiceUnavailable

from api.serving.receiving import MAX_HEAD_BYTES, Incoming

POST = b"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH_9 = POST + b"Content-Length: 9\r\n\r\n"


def received(data: bytes, limit: int = 1000) -> Incoming:
    incoming = Incoming(limit)
    incoming.feed(data)
    return incoming


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b""),
        (POST + b"Content-Length: 0\r\n\r\n", b""),
        (LENGTH_9 + b"123456789", b"123456789"),
        (POST + b"CONTENT-length:\t9 \r\n\r\n123456789", b"123456789"),
        (CHUNKED + b"0\r\n\r\n", b""),
        (CHUNKED + b"4\r\nabcd\r\n3;x=y\r\nefg\r\n0\r\n\r\n", b"abcdefg"),
        (CHUNKED + b"A \r\n0123456789\r\n000\r\nTrailer: 1\r\nOther: 2\r\n\r\n", b"0123456789"),
    ],
)
@pytest.mark.parametrize("step", [1, 2, 3, 1000])
def test_a_request_is_ready_when_its_last_byte_is_there(request_: bytes, body: bytes, step: int) -> None:
    incoming = Incoming(1000)
    assert not incoming.begun
    parts = [request_[start : start + step] for start in range(0, len(request_), step)]
    assert [incoming.feed(part) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert incoming.head == request_[: len(incoming.head)]
    assert incoming.head.endswith(b"\r\n\r\n")
    assert (bytes(incoming.body), incoming.fault, incoming.surplus) == (body, None, False)


def test_requests_that_follow_at_once_wait_for_their_turn() -> None:
    incoming = received(LENGTH_9 + b"123456789GET / HTTP/1.1\r\n\r\nGET /next")
    assert (bytes(incoming.body), incoming.surplus) == (b"123456789", True)
    assert incoming.go_on()
    assert (incoming.head, bytes(incoming.body)) == (b"GET / HTTP/1.1\r\n\r\n", b"")
    assert not incoming.go_on()
    assert incoming.begun
    assert incoming.feed(b" HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize(
    "body",
    [
        b"x\r\n",
        b"\r\n",
        b"-4\r\nabcd\r\n",
        b"0x4\r\nabcd\r\n",
        b"0_4\r\nabcd\r\n",
        b"+4\r\nabcd\r\n",
        b"F" * 40 + b"\r\n",
        b"4;" + b"a" * 65_000 + b"\r\nabcd\r\n",
        b"4" * 2000,
        b"4\r\nabcdXX0\r\n\r\n",
        b"0\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"0\r\n" + b"X: a\r\n" * 100_000,
    ],
)
def test_bad_chunks_are_the_clients_fault(body: bytes) -> None:
    incoming = received(CHUNKED + body)
    assert isinstance(incoming.fault, BadRequest)
    assert incoming.feed()


@pytest.mark.slow
def test_a_body_of_countless_chunks_takes_no_countless_seconds() -> None:
    incoming = Incoming(12 * 2**20)
    incoming.feed(CHUNKED)
    start = time.thread_time()
    for _ in range(12):
        incoming.feed(b"1\r\na\r\n" * 2**20)
    assert isinstance(incoming.fault, BadRequest)
    assert time.thread_time() - start < 2.0


@pytest.mark.parametrize(
    "request_",
    [
        POST + b"Content-Length: 1001\r\n\r\n",
        POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        CHUNKED + b"3E9\r\n",
        CHUNKED + b"200\r\n" + bytes(512) + b"\r\n200\r\n",
    ],
)
def test_a_body_beyond_the_limit_is_known_before_it_comes(request_: bytes) -> None:
    assert isinstance(received(request_).fault, RequestEntityTooLarge)


def test_a_body_that_does_not_come_is_a_fault_and_a_head_that_does_not_come_is_none() -> None:
    half = received(LENGTH_9 + b"123")
    assert half.end()
    assert isinstance(half.fault, ClientDisconnected)
    assert half.body == b""
    assert not received(POST).end()
    assert not Incoming(1000).end()


def test_a_body_can_be_given_up() -> None:
    incoming = received(LENGTH_9 + b"123")
    incoming.refuse(ServiceUnavailable("busy"))
    assert incoming.feed(b"4")
    assert isinstance(incoming.fault, ServiceUnavailable)


def test_a_head_that_never_ends_is_too_large() -> None:
    incoming = received(b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEAD_BYTES)
    assert incoming.head_too_large
    assert incoming.feed()


def test_clients_that_wait_for_a_go_ahead_are_known() -> None:
    assert received(POST + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n").awaits_go_ahead
    assert not received(LENGTH_9).awaits_go_ahead


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 9\r\nContent-Length: 9\r\n",
        b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: +9\r\n",
        b"Content-Length: 0_9\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_a_length_that_is_not_clear_is_none_and_left_to_gunicorn_to_refuse(head: bytes) -> None:
    incoming = received(POST + head + b"\r\n")
    assert (incoming.feed(), incoming.length, incoming.chunked) == (True, 0, False)
