import itertools
import socketserver
import threading
from collections.abc import Iterator

import pytest

from api.benchmarks.clients import Answer, http_request, run_load, summarize


class Handler(socketserver.StreamRequestHandler):
    """Answers every third request with 503 and breaks off at the seventh; its body is what was sent."""

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


def test_answers_are_told_from_refusals_and_breaks(port: int) -> None:
    answers = run_load(port, [http_request("/x", b"abc")], 3, lambda sent: sent >= 10)
    statuses = [answer.status for answer in answers]
    assert len(answers) == 10
    assert {status: statuses.count(status) for status in statuses} == {200: 6, 503: 3, 0: 1}
    assert {answer.body for answer in answers if answer.status} == {b"abc"}
    assert all(answer.seconds > 0 for answer in answers)


def test_clients_take_the_requests_in_turn(port: int) -> None:
    requests = [http_request("/x", b"a"), http_request("/x", b"b")]
    answers = run_load(port, requests, 1, lambda sent: sent >= 4)
    assert [answer.body for answer in answers] == [b"a", b"b", b"a", b"b"]


def test_who_is_sent_away_waits(port: int) -> None:
    answers = run_load(port, [http_request("/x", b"a")], 1, lambda sent: sent >= 4, pause_after_503=0.3)
    assert [answer.status for answer in answers] == [200, 200, 503, 200]
    assert answers[3].finished - answers[2].finished >= 0.3


def test_a_closed_port_is_a_refusal(port: int) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        closed = server.server_address[1]
    answers = run_load(closed, [http_request("/x", b"")], 1, lambda sent: sent >= 2)
    assert [answer.status for answer in answers] == [-1, -1]


def test_summary() -> None:
    answers = [Answer(200, index / 1000, 0.0, b"") for index in range(1, 101)] + [
        Answer(503, 0.002, 0.0, b"")
    ] * 2
    summary = summarize(answers, 2.0)
    assert summary["statuses"] == {"200": 100, "503": 2}
    assert (summary["accepted_per_second"], summary["refused_per_second"]) == (50.0, 1.0)
    assert summary["accepted_ms"] == {"p50": 50.5, "p95": 95.1, "p99": 99.0, "max": 100.0}
    assert summary["refused_ms"]["p99"] == 2.0
