"""The loader of image_url against hostile addresses and name servers, watched where it connects."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from api.fetching.image_url import ImageUrlLoader, parse
from api.fetching.pinned_http import Target
from api.tests.fake_network import (
    OTHER_PUBLIC,
    PUBLIC,
    PUBLIC_V6,
    FakeNetwork,
    Handler,
    answers,
    read_request,
)
from api.tests.fetching.hostile_urls import HOSTILE_URLS
from api.tests.fetching.page import GOOD, HOST, MAX_BYTES, PNG, URL, loader
from text_recognizer.errors import (
    ForbiddenAddressError,
    InvalidInputError,
    RemoteError,
    RemoteTimeoutError,
)
from text_recognizer.images.loading import load_image


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
        "import sys; from api.fetching.image_url import ImageUrlLoader; ImageUrlLoader(frozenset(), 9, 9.0); "
        "print({'boto3', 'botocore'} & set(sys.modules))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"
