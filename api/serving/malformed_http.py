"""The response to malformed HTTP, which never reaches the application: a problem object, as to all errors."""

import json
from http import HTTPStatus
from typing import Protocol

from gunicorn import util  # type: ignore[import-untyped]  # gunicorn has no types

from api.errors import UNEXPECTED, problem


class Writer(Protocol):
    """What a response is written to.

    ```python
    import socket

    from api.serving.malformed_http import Writer

    ours, theirs = socket.socketpair()
    with ours, theirs:
        writer: Writer = ours
        writer.sendall(b"HTTP/1.1 400 Bad Request")
        print(theirs.recv(100))
    ```
    """

    def sendall(self, data: bytes, /) -> object:
        """Send bytes."""


def write_problem(sock: Writer, status: int, reason: str, message: str) -> None:
    """Answer a request that is not HTTP.

    Args:
        sock: Takes the response.
        status: Its status.
        reason: The status in words.
        message: What is wrong; empty = the reason.
    """
    detail = f"The request is not well-formed HTTP: {message or reason}. Correct the client."
    body = json.dumps(problem(status, UNEXPECTED if status == 500 else detail))
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\n"
        f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    sock.sendall((head + body).encode("ascii"))


util.write_error = write_problem  # gunicorn has no setting for it, and would write HTML
