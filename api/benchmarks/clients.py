"""Clients that keep their connections and send one request after the other, all in a single thread.

Threads of Python would wait for each other and distort the measurement.
"""

import contextlib
import heapq
import random
import re
import selectors
import socket
import statistics
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

REFUSED = -1  # status of a response whose connection was refused
BROKEN = 0  # status of a response whose connection broke after the request was sent
CONNECT_TIMEOUT_S = 30.0  # a loaded service accepts within milliseconds; this ends a hung test
RECONNECT_PAUSE_S = 0.05  # after a refused connection
MAX_WAIT_S = 60.0  # for any connection to become readable; beyond all time limits of the service
CHUNK_BYTES = 1 << 16  # received at a time

_TIMING = re.compile(rb"\r\nServer-Timing: ([^\r]*)", re.IGNORECASE)
_DURATION = re.compile(rb"(\w+);dur=([\d.]+)")
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True)
class Response:
    """The response to a request, or how the request failed.

    ```python
    from api.benchmarks.clients import Response, summarize

    responses = [Response(200, 0.1, 1.0, b"{}"), Response(200, 0.2, 1.2, b"{}"), Response(503, 0.0, 1.3, b"")]
    print(summarize(responses, seconds=2.0))
    ```

    Attributes:
        status: HTTP status, `REFUSED` or `BROKEN`.
        seconds: From the first byte sent to the last byte received.
        finished: `time.monotonic()` when the last byte was received.
        body: Body of the response.
        head: Its status line and headers, without the empty line behind them.
    """

    status: int
    seconds: float
    finished: float
    body: bytes = field(repr=False)
    head: bytes = field(default=b"", repr=False)

    @property
    def timing(self) -> dict[str, float]:
        """Seconds by the names of the header Server-Timing."""
        line = _TIMING.search(self.head)
        parts = _DURATION.findall(line[1]) if line else []
        return {name.decode(): float(duration) / 1000 for name, duration in parts}


def http_request(path: str, body: bytes, content_type: str = "image/png") -> bytes:
    """Return the bytes of a POST request."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def get_request(path: str) -> bytes:
    """Return the bytes of a GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


class _Client:
    """A connection and the request that was sent over it last."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._received = b""
        self.connection: socket.socket | None = None
        self.sent_at = 0.0

    def send(self, request: bytes) -> bool:
        """Send a request, if necessary over a new connection; return False if that is refused."""
        self._received = b""
        try:
            if self.connection is None:
                self.connection = socket.create_connection(("127.0.0.1", self._port), CONNECT_TIMEOUT_S)
        except OSError:
            return False
        self.sent_at = time.monotonic()
        with contextlib.suppress(OSError):  # `receive` finds out that the connection is broken
            self.connection.sendall(request)
        return True

    def receive(self) -> Response | None:
        """Receive what has arrived; return the response once it is complete."""
        assert self.connection is not None
        try:
            part = self.connection.recv(CHUNK_BYTES)
        except OSError:
            part = b""
        now = time.monotonic()
        if not part:
            self.close()
            return Response(BROKEN, now - self.sent_at, now, b"")
        self._received += part
        head, separator, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head + b"\r\n")
        if not separator or length is None or len(body) < int(length[1]):
            return None
        if b"\r\nConnection: close" in head:
            self.close()
        return Response(int(head[9:12]), now - self.sent_at, now, body, head)

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
) -> list[Response]:
    """Send requests until told to stop, then wait for the responses that are due.

    Args:
        port: Port of the service on 127.0.0.1.
        requests: The requests, sent in turn.
        clients: Number of connections; each waits for its response before it sends the next request.
        until: Tells from the number of requests sent so far whether to stop.
        pause_after_503: Seconds that a client waits at least after a 503, at most twice as long: clients that
            all return at the same moment would be refused again.

    Returns:
        All responses in the order of their arrival.
    """
    responses: list[Response] = []
    sent = 0
    chance = random.Random(0)
    # Idle clients, each with the time from which it may send.
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
                    responses.append(Response(REFUSED, 0.0, time.monotonic(), b""))
                    heapq.heappush(idle, (time.monotonic() + RECONNECT_PAUSE_S, index, client))
                sent += 1
            if not idle and not selector.get_map():
                break
            wait = max(0.0, idle[0][0] - time.monotonic()) if idle else MAX_WAIT_S
            for key, _ in selector.select(wait):
                index, client = key.data
                if (response := client.receive()) is not None:
                    selector.unregister(key.fileobj)
                    responses.append(response)
                    pause = pause_after_503 * chance.uniform(1, 2) if response.status == 503 else 0.0
                    heapq.heappush(idle, (response.finished + pause, index, client))
    return responses


def run_arrivals(port: int, requests: Sequence[bytes], arrivals: Sequence[float]) -> list[Response]:
    """Send each request at its time, whatever has become of those before, and wait for all responses.

    Args:
        port: Port of the service on 127.0.0.1.
        requests: The requests, sent in turn, each over a connection of its own, as many people do.
        arrivals: Seconds from now at which they are sent, ascending.

    Returns:
        The response to each. Their seconds count from the moment at which the request was due: a client that
        is late would hide what others wait for.
    """
    start = time.monotonic()
    due = deque(enumerate(start + seconds for seconds in arrivals))
    responses: dict[int, Response] = {}
    with selectors.DefaultSelector() as selector:
        while due or selector.get_map():
            while due and due[0][1] <= time.monotonic():
                number, moment = due.popleft()
                client = _Client(port)
                if client.send(requests[number % len(requests)]):
                    client.sent_at = moment
                    assert client.connection is not None
                    selector.register(client.connection, selectors.EVENT_READ, (number, client))
                else:
                    responses[number] = Response(REFUSED, 0.0, time.monotonic(), b"")
            for key, _ in selector.select(max(0.0, due[0][1] - time.monotonic()) if due else MAX_WAIT_S):
                number, client = key.data
                if (response := client.receive()) is not None:
                    selector.unregister(key.fileobj)
                    client.close()
                    responses[number] = response
    return [responses[number] for number in range(len(arrivals))]


def summarize(responses: Sequence[Response], seconds: float) -> dict[str, Any]:
    """Return rates, times in milliseconds and the number of responses of each status.

    Args:
        responses: The result of `run_load`.
        seconds: How long `run_load` took.
    """
    accepted = [response.seconds for response in responses if response.status == 200]
    refused = [response.seconds for response in responses if response.status == 503]
    return {
        "seconds": round(seconds, 2),
        "statuses": dict(sorted(Counter(str(response.status) for response in responses).items())),
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
