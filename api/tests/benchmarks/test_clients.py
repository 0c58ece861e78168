import itertools
import socketserver
import threading
from collections.abc import Iterator

import pytest

from api.benchmarks.clients import Response, http_request, run_arrivals, run_load, summarize


class Handler(socketserver.StreamRequestHandler):
    """Responses every third request with 503 and breaks off at the seventh; its body is what was sent."""

    counter = itertools.count(1)

    def handle(self) -> None:
        while line := self.rfile.readline():
            assert line == b"POST /x HTTP/1.1\r\n"
            length = 0
            while (line := self.rfile.readline()) != b"\r\n":
                if line.startswith(b"Content-Length: "):
                    length = int(line.split()[1])
            body = self.rfile.read(length)
            number = next(type(self).counter)
            if number == 7:
                return
            status = b"503 No" if number % 3 == 0 else b"200 OK"
            self.wfile.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))


@pytest.fixture
def port() -> Iterator[int]:
    Handler.counter = itertools.count(1)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_responses_are_told_from_refusals_and_breaks(port: int) -> None:
    responses = run_load(port, [http_request("/x", b"abc")], 3, lambda sent: sent >= 10)
    statuses = [response.status for response in responses]
    assert len(responses) == 10
    assert {status: statuses.count(status) for status in statuses} == {200: 6, 503: 3, 0: 1}
    assert {response.body for response in responses if response.status} == {b"abc"}
    assert all(response.seconds > 0 for response in responses)


def test_clients_take_the_requests_in_turn(port: int) -> None:
    requests = [http_request("/x", b"a"), http_request("/x", b"b")]
    responses = run_load(port, requests, 1, lambda sent: sent >= 4)
    assert [response.body for response in responses] == [b"a", b"b", b"a", b"b"]


@pytest.mark.slow
def test_who_is_sent_away_waits(port: int) -> None:
    responses = run_load(port, [http_request("/x", b"a")], 1, lambda sent: sent >= 4, pause_after_503=0.3)
    assert [response.status for response in responses] == [200, 200, 503, 200]
    assert responses[3].finished - responses[2].finished >= 0.3


def test_a_closed_port_is_a_refusal(port: int) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        closed = server.server_address[1]
    responses = run_load(closed, [http_request("/x", b"")], 1, lambda sent: sent >= 2)
    assert [response.status for response in responses] == [-1, -1]


def test_requests_are_sent_when_they_are_due_and_counted_from_then(port: int) -> None:
    requests = [http_request("/x", b"a"), http_request("/x", b"b")]
    responses = run_arrivals(port, requests, [-0.5, 0.0, 0.0, 0.05])
    assert [response.body for response in responses] == [b"a", b"b", b"a", b"b"], (
        "in the order of the requests"
    )
    assert sorted(response.status for response in responses) == [200, 200, 200, 503]
    assert responses[0].seconds > 0.5, "it should have been sent before"
    assert responses[3].finished - responses[0].finished > 0.01


def test_timing_is_that_of_the_header() -> None:
    head = b"HTTP/1.1 200 OK\r\nServer-Timing: queue;dur=10.5, total;dur=2000\r\nX: y"
    assert Response(200, 1.0, 0.0, b"", head).timing == {"queue": 0.0105, "total": 2.0}
    assert Response(200, 1.0, 0.0, b"").timing == {}


def test_summary() -> None:
    responses = [Response(200, index / 1000, 0.0, b"") for index in range(1, 101)] + [
        Response(503, 0.002, 0.0, b"")
    ] * 2
    summary = summarize(responses, 2.0)
    assert summary["statuses"] == {"200": 100, "503": 2}
    assert (summary["accepted_per_second"], summary["refused_per_second"]) == (50.0, 1.0)
    assert summary["accepted_ms"] == {"p50": 50.5, "p95": 95.1, "p99": 99.0, "max": 100.0}
    assert summary["refused_ms"]["p99"] == 2.0
