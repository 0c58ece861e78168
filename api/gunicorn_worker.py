"""gunicorn's threaded worker, made to lose no request when it stops and to wait for no client for ever."""

import json
import socket
import time
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]  # likewise

from api.errors import UNEXPECTED, problem


class GracefulThreadWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Adds to `ThreadWorker` what it lacks.

    - Stopping, it first accepts the connections that wait in the kernel's queue: their clients believe that
      they were accepted, and would see them reset.
    - A client that sends its request byte by byte holds a thread for `graceful_timeout` at most.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As the base class."""
        super().__init__(*args, **kwargs)
        self._deadlines: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> Any:
        """Handle a request in a thread; see `murder_pending`."""
        self._deadlines[conn] = time.monotonic() + self.cfg.graceful_timeout
        try:
            return super().handle(conn)
        finally:
            del self._deadlines[conn]

    def murder_pending(self) -> None:
        """Close, about once a second, what has taken too long."""
        super().murder_pending()
        now = time.monotonic()
        for conn, deadline in list(self._deadlines.items()):
            if now > deadline:
                try:
                    conn.sock.shutdown(socket.SHUT_RDWR)  # its thread's recv returns
                except OSError:  # closed in this moment
                    self.log.debug("A connection that took too long is gone already.")

    def set_accept_enabled(self, enabled: bool) -> None:
        """Start or stop accepting; the last time, empty the kernel's queue before."""
        stopping = self._accepting and not enabled and not self.alive
        if stopping:
            for listener in self.sockets:
                self._accept_waiting(listener)
        super().set_accept_enabled(enabled)
        if stopping:
            for listener in self.sockets:
                listener.close()  # once every worker did, new clients are refused, not left waiting

    def _accept_waiting(self, listener: Any) -> None:
        accepted = -1
        while accepted != self.nr_conns:
            accepted = self.nr_conns
            self.accept(listener)


def write_problem(sock: socket.socket, status: int, reason: str, message: str) -> None:
    """Answer a request that is no HTTP, which the application never sees, with a problem object."""
    detail = (
        f"Expected a well-formed HTTP request; received another ({message or reason}). Correct the client."
    )
    body = json.dumps(problem(status, UNEXPECTED if status == 500 else detail))
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(sock, (head + body).encode("ascii"))


util.write_error = write_problem  # gunicorn has no setting for it; its own writes HTML
