import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.http.errors import InvalidHeader  # type: ignore[import-untyped]  # likewise

from api.serving.receiving import Incoming
from api.serving.request_head import read_request

CLIENT = ("127.0.0.1", 5000)


def received(*lines: bytes, body: bytes = b"") -> Incoming:
    incoming = Incoming(max_body_bytes=1000)
    incoming.feed(b"\r\n".join(lines) + b"\r\n\r\n" + body)
    return incoming


def test_the_body_is_what_has_arrived() -> None:
    incoming = received(b"POST /x?a=b HTTP/1.1", b"Host: x", b"Content-Length: 3", body=b"abc")
    request = read_request(Config(), incoming, CLIENT)
    assert (request.method, request.path, request.query) == ("POST", "/x", "a=b")
    assert request.body.read() == b"abc"


@pytest.mark.parametrize(
    "host",
    [
        b"",
        b"x",
        b"example.org:8000",
        b"127.0.0.1:",
        b"[::1]:80",
        b"[fe80::1%25eth0]",
        b"a_b.local",
        b"%C3%A9",
    ],
)
def test_hosts(host: bytes) -> None:
    assert read_request(Config(), received(b"GET / HTTP/1.1", b"Host: " + host), CLIENT).path == "/"


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (b"Host: x", b"Host: x"),
        (b"Host: x", b"HOST: y"),
        (b"Host: x, y",),
        (b"Host: x y",),
        (b"Host: user@x",),
        (b"Host: x/y",),
        (b"Host: x:80a",),
        (b"Host: ::1",),
        (b"Host: \xe9",),
    ],
)
def test_a_host_is_missing_or_none_or_ambiguous(lines: tuple[bytes, ...]) -> None:
    with pytest.raises(InvalidHeader, match="HOST"):
        read_request(Config(), received(b"GET / HTTP/1.1", *lines), CLIENT)


def test_before_http_1_1_a_host_may_be_missing() -> None:
    assert read_request(Config(), received(b"GET / HTTP/1.0"), CLIENT).version == (1, 0)
    with pytest.raises(InvalidHeader, match="HOST"):
        read_request(Config(), received(b"GET / HTTP/1.0", b"Host: x", b"Host: y"), CLIENT)


def test_two_readings_of_one_length_are_refused() -> None:
    incoming = received(b"POST / HTTP/1.1", b"Host: x", b"Content-Length: 3", body=b"abc")
    incoming.length = 2
    with pytest.raises(InvalidHeader, match="CONTENT-LENGTH"):
        read_request(Config(), incoming, CLIENT)
