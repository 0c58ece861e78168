"""A GET request to an IP address that was checked before: no redirects, no decompression, no proxy."""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from text_recognizer.errors import ImageTooLargeError, RemoteError, RemoteTimeoutError

_MAX_FRAMING_BYTES = (
    2**18
)  # headers and the framing of a chunked body; far more than a server of images sends
_CHUNK_BYTES = 2**16  # read at a time


@dataclass(frozen=True)
class Target:
    """The parts of a URL.

    ```python
    from api.fetching.pinned_http import Target

    print(Target("https", "example.org", 8443, "/page.png").host_header)
    ```

    Attributes:
        scheme: http or https.
        host: Name or IP address, in lower case and without brackets.
        port: 1-65535.
        path: Path and query, in ASCII without blanks.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The value of the header Host (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def fetch(
    target: Target, addresses: Sequence[str], max_bytes: int, deadline: float, context: ssl.SSLContext
) -> bytes:
    """Return the body of the response to a GET of `target`.

    Args:
        target: Its host goes into the header Host, and the certificate must be valid for it.
        addresses: IP addresses of the host, tried in this order; no other address is connected to.
        max_bytes: Largest size of the body.
        deadline: `time.monotonic()` at which to give up, however slowly the server sends.
        context: TLS configuration.

    Raises:
        ImageTooLargeError: If the body is larger than `max_bytes`.
        RemoteTimeoutError: If the deadline passes.
        RemoteError: If the connection fails, or the response is not a 200 with a complete, plain body.
    """
    try:
        with _connect(addresses, target.port, deadline) as plain:
            connection = plain
            if target.scheme == "https":
                plain.settimeout(_left(deadline))
                connection = context.wrap_socket(plain, server_hostname=target.host)
            with connection:
                connection.settimeout(_left(deadline))
                connection.sendall(_request(target))
                return _body(connection, max_bytes, deadline)
    except TimeoutError as error:
        raise RemoteTimeoutError(
            f"The host {target.host!r} did not send the image in time. Try again, or POST the image."
        ) from error
    except (OSError, http.client.HTTPException) as error:
        # Only the name of the error: its message may quote what the server sent, or describe the network.
        raise _refuse(target, type(error).__name__) from error
    except _UnfitResponseError as error:
        raise _refuse(target, str(error)) from error


class _UnfitResponseError(Exception):
    """The response of the server cannot be used."""


def _connect(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    failure: OSError = OSError("no address")
    for tried, address in enumerate(addresses):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(_left(deadline) / (len(addresses) - tried))
            connection.connect((address, port))
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


def _request(target: Target) -> bytes:
    lines = (
        f"GET {target.path} HTTP/1.1",
        f"Host: {target.host_header}",
        "User-Agent: text_recognizer",
        "Accept: image/*",
        "Accept-Encoding: identity",
        "Connection: close",
        "\r\n",
    )
    return "\r\n".join(lines).encode("ascii")


def _body(connection: socket.socket, max_bytes: int, deadline: float) -> bytes:
    reader = _Reader(connection, deadline, 2 * max_bytes + _MAX_FRAMING_BYTES)
    # HTTPResponse only calls `makefile` of its socket.
    with http.client.HTTPResponse(cast(socket.socket, reader), method="GET") as response:
        response.begin()
        if 300 <= response.status < 400:
            raise _UnfitResponseError(f"a redirect ({response.status}), which is not followed")
        if response.status != 200:
            raise _UnfitResponseError(f"status {response.status}")
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding != "identity":
            raise _UnfitResponseError("a compressed response, which is not unpacked")
        if (response.length or 0) > max_bytes:
            raise _too_large(max_bytes)
        data = response.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise _too_large(max_bytes)
        if response.length:
            raise _UnfitResponseError("a response that breaks off")
        return data


class _Reader(io.RawIOBase):
    """The bytes that arrive over a connection, until a deadline and up to a number."""

    def __init__(self, connection: socket.socket, deadline: float, max_bytes: int) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._left = max_bytes

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self, _CHUNK_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # The time that is left, because a fixed time-out would start again with every byte of a slow server.
        self._connection.settimeout(_left(self._deadline))
        count = self._connection.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise http.client.HTTPException("more headers or framing than an image needs")
        return count


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return left


def _too_large(max_bytes: int) -> ImageTooLargeError:
    return ImageTooLargeError(
        f"The image is too large: expected at most {max_bytes:,} bytes. Scale it down or save it as JPEG."
    )


def _refuse(target: Target, received: str) -> RemoteError:
    return RemoteError(
        f"Expected an image from {target.host!r}; received {received}. Check the URL, or POST the image."
    )
