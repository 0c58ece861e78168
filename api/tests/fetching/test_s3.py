import builtins
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("boto3")

from api.fetching.image_url import ImageUrlLoader
from api.fetching.s3 import S3Loader
from api.tests.fake_network import Handler, answers, read_request, serving
from text_recognizer.errors import (
    ConfigError,
    ForbiddenAddressError,
    ImageTooLargeError,
    InvalidInputError,
    RemoteError,
    RemoteTimeoutError,
)

pytestmark = pytest.mark.slow

MAX_BYTES = 1000
DATA = bytes(range(200))
OK = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Handler], None]]:
    """Return what lets `handler` play S3."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    stack = []

    def play(handler: Handler) -> None:
        server = serving(handler)
        stack.append(server)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.__enter__()}")

    yield play
    for server in stack:
        server.__exit__(None, None, None)


def load(url: str, *buckets: str, timeout: float = 5.0) -> bytes:
    return ImageUrlLoader(frozenset(buckets), MAX_BYTES, timeout, s3=True)(url)


def failure(status: int, code: str) -> Handler:
    body = (
        b"<Error><Code>%s</Code><Message>arn:aws:iam::123456789012:role/x</Message></Error>" % code.encode()
    )
    return answers(b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)


def test_object_is_fetched(s3: Callable[[Handler], None]) -> None:
    requests = []

    def handle(connection: socket.socket) -> None:
        requests.append(read_request(connection).split(b"\r\n")[0])
        connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(DATA) + DATA)

    s3(handle)
    assert load("s3://my.bucket/folder/a page%20.png?x=1#y") == DATA
    assert load("S3://my.bucket/k", "my.bucket") == DATA
    assert requests[0] == b"GET /my.bucket/folder/a%20page%2520.png%3Fx%3D1%23y HTTP/1.1"


@pytest.mark.parametrize(
    ("handler", "error", "words"),
    [
        (failure(404, "NoSuchKey"), RemoteError, "NoSuchKey"),
        (failure(404, "NoSuchBucket"), RemoteError, "NoSuchBucket"),
        (failure(403, "AccessDenied"), ForbiddenAddressError, "AccessDenied"),
        (failure(503, "SlowDown"), RemoteError, "SlowDown"),
        (lambda connection: None, RemoteError, "ConnectionClosedError"),
        (answers(OK + b"Content-Length: 99999\r\n\r\n"), ImageTooLargeError, "1,000"),
        (answers(OK + b"Content-Length: 500\r\n\r\n" + bytes(20)), RemoteError, "IncompleteRead"),
        (answers(OK + b"Content-Length: 9\r\n\r\n", b"x", pause=1.5), RemoteTimeoutError, "ReadTimeoutError"),
    ],
    ids=["key", "bucket", "denied", "busy", "hangs up", "too large", "breaks off", "slow"],
)
def test_failures(
    handler: Handler, error: type[Exception], words: str, s3: Callable[[Handler], None]
) -> None:
    s3(handler)
    with pytest.raises(error, match=words) as caught:
        load("s3://bucket/key", timeout=1.0)
    assert type(caught.value) is error
    assert "arn:" not in str(caught.value)


def test_limits_hold_while_reading(monkeypatch: pytest.MonkeyPatch, s3: Callable[[Handler], None]) -> None:
    s3(answers(OK + b"Content-Length: 40\r\n\r\n", b"x" * 40))
    loader = S3Loader(frozenset(), MAX_BYTES, 5.0)
    with pytest.raises(RemoteTimeoutError):
        loader("s3://bucket/key", time.monotonic() - 1)


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3:///key",
        "s3://bucket",
        "s3://bucket/",
        "s3://Bucket/key",
        "s3://b/key",
        "s3://user@bucket/key",
        "s3://bucket:443/key",
        "s3://arn:aws:s3:eu-central-1:123456789012:accesspoint/x/key",
        "s3://127.0.0.1:80/key",
        "s3://-bucket/key",
        "s3://bucket/" + "k" * 1025,
    ],
)
def test_bad_addresses(url: str, s3: Callable[[Handler], None]) -> None:
    s3(lambda connection: pytest.fail("connected"))
    with pytest.raises(InvalidInputError, match="s3://bucket/key"):
        load(url)


def test_listed_buckets(s3: Callable[[Handler], None]) -> None:
    s3(lambda connection: pytest.fail("connected"))
    with pytest.raises(ForbiddenAddressError, match="other"):
        load("s3://other/key", "bucket", "images.example")


def test_missing_boto3_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "boto3":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match="aws"):
        ImageUrlLoader(frozenset(), MAX_BYTES, 1.0, s3=True)
