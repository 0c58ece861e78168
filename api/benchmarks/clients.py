"""Clients that keep their connection and send one request after the other, all in one thread.

Threads of Python would wait for each other and measure themselves.
"""

import contextlib
import heapq
import random
import re
import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """What a request led to.

    Attributes:
        status: HTTP status; 0 if the connection broke after the request was sent, -1 if it was refused.
        seconds: From the first byte sent to the last received.
        finished: `time.monotonic()` then.
        body: Of the answer.
    """

    status: int
    seconds: float
    finished: float
    body: bytes = field(repr=False)


def http_request(path: str, body: bytes, content_type: str = "image/png") -> bytes:
    """Return the bytes of a POST."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class _Client:
    """One connection and the request that is under way on it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._received = b""
        self.connection: socket.socket | None = None
        self.sent_at = 0.0

    def send(self, request: bytes) -> bool:
        """Send a request, over a new connection if there is none; return False if it is refused."""
        self._received = b""
        try:
            if self.connection is None:
                self.connection = socket.create_connection(("127.0.0.1", self._port), 30)
        except OSError:
            return False
        self.sent_at = time.monotonic()
        with contextlib.suppress(OSError):  # a broken connection is readable, and read as such
            self.connection.sendall(request)
        return True

    def receive(self) -> Answer | None:
        """Take what has arrived; return the answer once it is complete."""
        assert self.connection is not None
        try:
            part = self.connection.recv(1 << 16)
        except OSError:
            part = b""
        now = time.monotonic()
        if not part:
            self.close()
            return Answer(0, now - self.sent_at, now, b"")
        self._received += part
        head, separator, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head + b"\r\n")
        if not separator or length is None or len(body) < int(length[1]):
            return None
        if b"\r\nConnection: close" in head:
            self.close()
        return Answer(int(head[9:12]), now - self.sent_at, now, body)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def run_load(
    port: int,
    requests: Sequence[bytes],
    clients: int,
    until: Callable[[int], bool],
    pause_after_503: float = 0.0,
) -> list[Answer]:
    """Send requests until told otherwise; the ones under way then are waited for.

    Args:
        port: Of the service on 127.0.0.1.
        requests: Are sent in turn.
        clients: Connections; each waits for its answer before it sends again.
        until: Of the number of requests sent so far, whether to stop.
        pause_after_503: Seconds that a client waits at least when it was sent away, at most twice as long:
            clients that all return in the same moment would only meet each other again.

    Returns:
        All answers in the order in which they came.
    """
    answers: list[Answer] = []
    sent = 0
    chance = random.Random(0)
    # Clients that are idle, and from when on they may send.
    idle: list[tuple[float, int, _Client]] = [(0.0, index, _Client(port)) for index in range(clients)]
    with selectors.DefaultSelector() as selector:
        while True:
            while idle and idle[0][0] <= time.monotonic():
                _, index, client = heapq.heappop(idle)
                if until(sent):
                    client.close()
                    continue
                if client.send(requests[sent % len(requests)]):
                    assert client.connection is not None
                    selector.register(client.connection, selectors.EVENT_READ, (index, client))
                else:
                    answers.append(Answer(-1, 0.0, time.monotonic(), b""))
                    heapq.heappush(idle, (time.monotonic() + 0.05, index, client))
                sent += 1
            if not idle and not selector.get_map():
                break
            wait = max(0.0, idle[0][0] - time.monotonic()) if idle else 60.0
            for key, _ in selector.select(wait):
                index, client = key.data
                if (answer := client.receive()) is not None:
                    selector.unregister(key.fileobj)
                    answers.append(answer)
                    pause = pause_after_503 * chance.uniform(1, 2) if answer.status == 503 else 0.0
                    heapq.heappush(idle, (answer.finished + pause, index, client))
    return answers


def summarize(answers: Sequence[Answer], seconds: float) -> dict[str, Any]:
    """Return rates, times in milliseconds and the mix of statuses.

    Args:
        answers: Of `run_load`.
        seconds: It took.
    """
    accepted = [answer.seconds for answer in answers if answer.status == 200]
    refused = [answer.seconds for answer in answers if answer.status == 503]
    return {
        "seconds": round(seconds, 2),
        "statuses": dict(sorted(Counter(str(answer.status) for answer in answers).items())),
        "accepted_per_second": round(len(accepted) / seconds, 1),
        "refused_per_second": round(len(refused) / seconds, 1),
        "accepted_ms": _percentiles(accepted),
        "refused_ms": _percentiles(refused),
    }


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    if len(times) < 2:
        return {}
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    values = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(times)}
    return {name: round(1000 * value, 1) for name, value in values.items()}
