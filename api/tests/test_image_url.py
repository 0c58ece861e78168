"""The loader of image_url against hostile addresses, name servers and servers, watched where it connects."""

import functools
import gzip
import io
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from api.image_url import ImageUrlLoader, parse
from api.pinned_http import Target
from api.tests import fake_network
from api.tests.fake_network import (
    OTHER_PUBLIC,
    PUBLIC,
    PUBLIC_V6,
    FakeNetwork,
    Handler,
    answers,
    read_request,
    serving,
)
from api.tests.hostile_urls import HOSTILE_URLS, NAMES
from text_recognizer.errors import (
    ForbiddenAddressError,
    ImageTooLargeError,
    InvalidInputError,
    RemoteError,
    RemoteTimeoutError,
    TextRecognizerError,
)
from text_recognizer.image import load_image

MAX_BYTES = 100_000
HOST = "images.example"
URL = f"http://{HOST}/page.png"


def _png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40), np.uint8)).save(file, "PNG")
    return file.getvalue()


PNG = _png()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
GOOD = OK + b"Content-Length: %d\r\n\r\n" % len(PNG) + PNG


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeNetwork]:
    with fake_network.installed(monkeypatch) as network:
        network.names = {name: [list(answer)] for name, answer in NAMES.items()}
        yield network


@pytest.fixture
def play(network: FakeNetwork) -> Iterator[Callable[[Handler], None]]:
    """Return what lets `handler` play the server at PUBLIC, ports 80 and 443."""
    stack = []

    def play(handler: Handler, address: str = PUBLIC) -> None:
        server = serving(handler)
        stack.append(server)
        port = server.__enter__()
        network.servers |= {(address, 80): port, (address, 443): port, (address, 8080): port}

    yield play
    for server in stack:
        server.__exit__(None, None, None)


@functools.cache  # the certificates of TLS take a while to load
def loader(*hosts: str, timeout: float = 10.0) -> ImageUrlLoader:
    return ImageUrlLoader(frozenset(hosts), MAX_BYTES, timeout)


def test_the_table_is_long() -> None:
    assert len({url for url, _ in HOSTILE_URLS}) == len(HOSTILE_URLS) >= 60


@pytest.mark.parametrize(("url", "status"), HOSTILE_URLS, ids=[ascii(url[:60]) for url, _ in HOSTILE_URLS])
def test_hostile_addresses_are_refused_without_a_connection(
    url: str, status: int, network: FakeNetwork
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        loader()(url)
    assert caught.value.http_status == status
    assert network.connections == []


def test_hostile_addresses_are_refused_even_if_their_host_is_listed(network: FakeNetwork) -> None:
    hosts = {parse(url).host for url, status in HOSTILE_URLS if status == 403}
    listed = loader(*hosts)
    for url, _ in HOSTILE_URLS:
        with pytest.raises(InvalidInputError):
            listed(url)
    assert len(hosts) > 40
    assert network.connections == []


@pytest.mark.parametrize(
    "url",
    [
        URL,
        f"http://{HOST}:80/page.png",
        f"HTTP://{HOST.upper()}./page.png",
        f"http://{HOST}",
        f"http://{HOST}/a%20b/..//c?image=http://127.0.0.1/&x=%00#fragment",
        f"http://{PUBLIC}/page.png",
        f"http://{HOST}:443/page.png",
    ],
)
def test_public_addresses_are_fetched(
    url: str, network: FakeNetwork, play: Callable[[Handler], None]
) -> None:
    play(answers(GOOD))
    assert loader()(url) == PNG
    assert [address for address, _ in network.connections] == [PUBLIC]
    assert load_image(PNG).shape == (30, 40)


def test_the_request(network: FakeNetwork, play: Callable[[Handler], None]) -> None:
    requests = []

    def handle(connection: socket.socket) -> None:
        requests.append(read_request(connection).decode())
        connection.sendall(GOOD)

    play(handle)
    network.names["images.example"] = [[PUBLIC]]
    ImageUrlLoader(frozenset({f"{HOST}:8080"}), MAX_BYTES, 10)(f"http://{HOST}:8080/a?b=c#d")
    head, *lines = requests[0].removesuffix("\r\n\r\n").split("\r\n")
    assert head == "GET /a?b=c HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in lines)
    assert headers == {
        "Host": f"{HOST}:8080",
        "User-Agent": "text_recognizer",
        "Accept": "image/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_the_second_answer_of_the_name_server_changes_nothing(
    network: FakeNetwork, play: Callable[[Handler], None]
) -> None:
    network.names[HOST] = [[PUBLIC], ["127.0.0.1"]]
    play(answers(GOOD))
    assert loader()(URL) == PNG
    assert network.lookups == [HOST]
    assert network.connections == [(PUBLIC, 80)]
    with pytest.raises(ForbiddenAddressError):
        loader()(URL)
    assert network.connections == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "addresses", [[PUBLIC_V6, PUBLIC], [OTHER_PUBLIC, PUBLIC], ["::ffff:8.8.8.8", "64:ff9b::808:808", PUBLIC]]
)
def test_the_next_address_is_tried(
    addresses: list[str], network: FakeNetwork, play: Callable[[Handler], None]
) -> None:
    network.names[HOST] = [addresses]
    play(answers(GOOD))
    assert loader()(URL) == PNG
    assert [address for address, _ in network.connections] == addresses


def test_nobody_answers(network: FakeNetwork) -> None:
    with pytest.raises(RemoteError, match="ConnectionRefusedError") as caught:
        loader()(URL)
    assert caught.value.http_status == 502


def test_slow_resolver(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: asked.wait(5) and [])
    with pytest.raises(RemoteTimeoutError) as caught:
        loader(timeout=0.05)(URL)
    assert caught.value.http_status == 504
    asked.set()


def test_look_ups_that_hang_are_bounded(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    release, waiting = threading.Event(), []

    def hang(*args: object, **kwargs: object) -> list[object]:
        waiting.append(threading.current_thread())
        release.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    for _ in range(30):
        with pytest.raises(RemoteTimeoutError):
            loader(timeout=0.01)(URL)
    assert 1 <= len(waiting) <= 16
    release.set()
    for thread in waiting:
        thread.join()


def test_listed_hosts(network: FakeNetwork, play: Callable[[Handler], None]) -> None:
    network.names |= {"other.example": [[PUBLIC]], "sub.images.example": [[PUBLIC]]}
    play(answers(GOOD))
    listed = loader("IMAGES.example", "other.example:8080")
    assert listed(URL) == listed("http://other.example:8080/") == PNG
    for url in (
        "http://other.example/",
        f"http://{HOST}:8080/",
        "http://sub.images.example/",
        f"http://{PUBLIC}/",
        "http://images.example.evil.example/",
    ):
        with pytest.raises(ForbiddenAddressError):
            listed(url)
    assert len(network.connections) == 2


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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of HOST that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", f"/CN={HOST}"]
    try:
        subprocess.run([*command, "-addext", f"subjectAltName=DNS:{HOST}"], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs the command openssl")
    return certificate, key


def over_tls(handler: Handler, certificate: tuple[Path, Path], names: list[str | None]) -> Handler:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.sni_callback = lambda connection, name, context: names.append(name)

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            handler(secure)

    return handle


def test_https_checks_the_name_and_not_the_address(
    network: FakeNetwork,
    play: Callable[[Handler], None],
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    names: list[str | None] = []
    network.names["other.example"] = [[PUBLIC]]
    play(over_tls(answers(GOOD), certificate, names))
    fetch = ImageUrlLoader(frozenset(), MAX_BYTES, 10)
    assert fetch(f"https://{HOST}/page.png") == PNG
    assert names == [HOST]
    assert network.connections == [(PUBLIC, 443)]
    for url in ("https://other.example/", f"https://{PUBLIC}/"):
        with pytest.raises(RemoteError, match="SSLCertVerificationError"):
            fetch(url)


def test_https_wants_a_certificate_that_is_trusted(
    play: Callable[[Handler], None], certificate: tuple[Path, Path]
) -> None:
    play(over_tls(answers(GOOD), certificate, []))
    with pytest.raises(RemoteError, match="SSLCertVerificationError"):
        loader()(f"https://{HOST}/")


def test_https_against_a_server_without(play: Callable[[Handler], None]) -> None:
    play(lambda connection: connection.sendall(GOOD))
    with pytest.raises(RemoteError, match="SSLError"):
        loader()(f"https://{HOST}/")


def test_handshake_that_never_ends(play: Callable[[Handler], None]) -> None:
    play(lambda connection: time.sleep(2))
    with pytest.raises(RemoteTimeoutError):
        loader(timeout=0.3)(f"https://{HOST}/")


@pytest.mark.parametrize(
    ("url", "target", "header"),
    [
        ("http://a.example", Target("http", "a.example", 80, "/"), "a.example"),
        ("https://A.example./?q=1", Target("https", "a.example", 443, "/?q=1"), "a.example"),
        ("https://a.example:80/x", Target("https", "a.example", 80, "/x"), "a.example:80"),
        ("http://[2606::1]:8080/", Target("http", "2606::1", 8080, "/"), "[2606::1]:8080"),
        ("http://8.8.8.8/a//b", Target("http", "8.8.8.8", 80, "/a//b"), "8.8.8.8"),
        ("http://a1.b2.3com/", Target("http", "a1.b2.3com", 80, "/"), "a1.b2.3com"),
    ],
)
def test_parse(url: str, target: Target, header: str) -> None:
    assert parse(url) == target
    assert target.host_header == header


def test_boto3_is_imported_only_for_s3() -> None:
    code = (
        "import sys; from api.image_url import ImageUrlLoader; ImageUrlLoader(frozenset(), 9, 9.0); "
        "print({'boto3', 'botocore'} & set(sys.modules))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"
