"""gunicorn's threaded worker, changed to lose no request when it stops and to give up on stalling clients."""

import json
import socket
import time
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]  # likewise

from api.errors import UNEXPECTED, problem


class GracefulThreadWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A `ThreadWorker` that adds two things.

    - When it stops, it first accepts the connections that wait in the kernel's queue. Their clients believe
      that they were accepted, and would see the connections reset.
    - A client that sends its request byte by byte occupies a thread for at most `graceful_timeout` seconds.

    ```python
    from gunicorn.util import load_class

    print(load_class("api.gunicorn_worker.GracefulThreadWorker"))  # gunicorn's setting worker_class
    ```
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the worker with the arguments that gunicorn gives to its base class."""
        super().__init__(*args, **kwargs)
        self._deadlines: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> Any:
        """Handle a request in a thread, and note when its time is up."""
        self._deadlines[conn] = time.monotonic() + self.cfg.graceful_timeout
        try:
            return super().handle(conn)
        finally:
            del self._deadlines[conn]

    def murder_pending(self) -> None:
        """Close the connections whose time is up; gunicorn calls this about once a second."""
        super().murder_pending()
        now = time.monotonic()
        for conn, deadline in list(self._deadlines.items()):
            if now > deadline:
                try:
                    conn.sock.shutdown(socket.SHUT_RDWR)  # ends the `recv` of its thread
                except OSError:
                    self.log.debug("A connection whose time is up was closed already.")

    def set_accept_enabled(self, enabled: bool) -> None:
        """Start or stop accepting connections; on the final stop, empty the kernel's queue first."""
        stopping = self._accepting and not enabled and not self.alive
        if stopping:
            for listener in self.sockets:
                self._accept_waiting(listener)
        super().set_accept_enabled(enabled)
        if stopping:
            for listener in self.sockets:
                listener.close()  # when all workers have done so, new clients are refused at once

    def _accept_waiting(self, listener: Any) -> None:
        accepted = -1
        while accepted != self.nr_conns:
            accepted = self.nr_conns
            self.accept(listener)


def write_problem(sock: socket.socket, status: int, reason: str, message: str) -> None:
    """Answer malformed HTTP, which never reaches the application, with a problem object."""
    detail = f"The request is not well-formed HTTP: {message or reason}. Correct the client."
    body = json.dumps(problem(status, UNEXPECTED if status == 500 else detail))
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(sock, (head + body).encode("ascii"))


util.write_error = write_problem  # gunicorn has no setting for it, and would write HTML
