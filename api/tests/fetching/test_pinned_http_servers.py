"""The loader of image_url against hostile servers, and honest ones."""

import gzip
from collections.abc import Callable

import pytest

from api.tests.fake_network import PUBLIC, FakeNetwork, Handler, answers
from api.tests.fetching.page import GOOD, OK, PNG, URL, loader
from text_recognizer.errors import (
    ImageTooLargeError,
    RemoteError,
    RemoteTimeoutError,
    TextRecognizerError,
)

pytestmark = pytest.mark.slow

_PAUSE, _TIMES = 0.1, 40  # done after 4 s: only a limit on the whole ends it before
ENDLESS = 2**16
HOSTILE_SERVERS: dict[str, tuple[Handler, type[TextRecognizerError], str]] = {
    "redirect to loopback": (
        answers(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"),
        RemoteError,
        "redirect",
    ),
    "redirect to metadata": (
        answers(b"HTTP/1.1 307 x\r\nLocation: http://169.254.169.254/\r\n\r\n"),
        RemoteError,
        "redirect",
    ),
    "redirect to itself": (answers(b"HTTP/1.1 301 x\r\nLocation: /\r\n\r\n"), RemoteError, "redirect"),
    "refresh": (answers(b"HTTP/1.1 204 x\r\nRefresh: 0; http://127.0.0.1/\r\n\r\n"), RemoteError, "204"),
    "not found": (answers(b"HTTP/1.1 404 Not Found\r\n\r\nno"), RemoteError, "404"),
    "partial": (answers(b"HTTP/1.1 206 Partial Content\r\n\r\n" + PNG), RemoteError, "206"),
    "fails": (answers(b"HTTP/1.1 500 x\r\n\r\n"), RemoteError, "500"),
    "hangs up": (answers(b""), RemoteError, "RemoteDisconnected"),
    "hangs up after the head": (answers(OK + b"Content-Length: 100\r\n\r\n"), RemoteError, "breaks off"),
    "breaks off": (answers(OK + b"Content-Length: 1000\r\n\r\n" + bytes(500)), RemoteError, "breaks off"),
    "chunked, breaks off": (
        answers(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + bytes(10)),
        RemoteError,
        "IncompleteRead",
    ),
    "chunked, bad size": (
        answers(OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        RemoteError,
        "IncompleteRead",
    ),
    "claims too much": (answers(OK + b"Content-Length: 999999999999\r\n\r\n"), ImageTooLargeError, "100,000"),
    "sends too much": (answers(OK + b"\r\n", bytes(2**14), repeat=100), ImageTooLargeError, "100,000"),
    "chunked, too much": (
        answers(
            OK + b"Transfer-Encoding: chunked\r\n\r\n", b"2000\r\n" + bytes(0x2000) + b"\r\n", repeat=100
        ),
        ImageTooLargeError,
        "100,000",
    ),
    "chunked, all framing": (
        answers(
            OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 60_000 + b"\r\n0\r\n", repeat=ENDLESS
        ),
        RemoteError,
        "HTTPException",
    ),
    "negative length": (
        answers(OK + b"Content-Length: -1\r\n\r\n", bytes(2**14), repeat=100),
        ImageTooLargeError,
        "100,000",
    ),
    "compressed": (
        answers(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(10**7))),
        RemoteError,
        "compressed",
    ),
    "unknown coding": (answers(OK + b"Content-Encoding: zstd\r\n\r\n" + PNG), RemoteError, "compressed"),
    "slow to answer": (answers(b"", b"", pause=_PAUSE, repeat=_TIMES), RemoteTimeoutError, "in time"),
    "slow head": (
        answers(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n", pause=_PAUSE, repeat=_TIMES),
        RemoteTimeoutError,
        "in time",
    ),
    "slow status line": (
        answers(b"HTTP/1.1 200 ", b"O", pause=_PAUSE, repeat=_TIMES),
        RemoteTimeoutError,
        "in time",
    ),
    "slow body": (
        answers(OK + b"Content-Length: 40\r\n\r\n", b"x", pause=_PAUSE, repeat=_TIMES),
        RemoteTimeoutError,
        "in time",
    ),
    "slow chunks": (
        answers(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", pause=_PAUSE, repeat=_TIMES),
        RemoteTimeoutError,
        "in time",
    ),
    "slow interim answers": (
        answers(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause=_PAUSE, repeat=_TIMES),
        RemoteTimeoutError,
        "in time",
    ),
    "endless interim answers": (
        answers(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 999, repeat=ENDLESS),
        RemoteError,
        "HTTPException",
    ),
    "endless head": (
        answers(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n", repeat=ENDLESS),
        RemoteError,
        "HTTPException",
    ),
    "endless line": (answers(b"HTTP/1.1 200 ", b"x" * 9999, repeat=ENDLESS), RemoteError, "LineTooLong"),
    "no HTTP": (answers(b"SSH-2.0-OpenSSH_9.6\r\n"), RemoteError, "BadStatusLine"),
    "HTTP/0.9": (answers(PNG), RemoteError, "BadStatusLine"),
    "bad status": (answers(b"HTTP/1.1 abc OK\r\n\r\n"), RemoteError, "BadStatusLine"),
    "bytes of no meaning": (answers(b"\xff\xfe\x00" * 100), RemoteError, "BadStatusLine"),
}


@pytest.mark.parametrize("name", HOSTILE_SERVERS)
def test_hostile_servers(name: str, network: FakeNetwork, play: Callable[[Handler], None]) -> None:
    handler, error, words = HOSTILE_SERVERS[name]
    play(handler)
    with pytest.raises(error, match=words) as caught:
        loader(timeout=0.8)(URL)
    assert type(caught.value) is error
    assert network.connections == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "handler",
    [
        answers(OK + b"\r\n" + PNG),
        answers(OK + b"Content-Encoding: identity\r\n\r\n" + PNG),
        answers(OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PNG) + PNG + b"\r\n0\r\n\r\n"),
        answers(b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD),
        answers(b"HTTP/1.0 200 OK\n\n" + PNG),
        answers(GOOD + b"and more"),
    ],
    ids=["until closed", "identity", "chunked", "interim answer", "HTTP/1.0", "more than announced"],
)
def test_honest_servers(handler: Handler, play: Callable[[Handler], None]) -> None:
    play(handler)
    assert loader()(URL) == PNG
