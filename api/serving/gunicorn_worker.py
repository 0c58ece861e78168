"""gunicorn's threaded worker, changed: no client can hold a thread, or what others need."""

import os
import time
from collections import deque
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.http.errors import NoMoreData  # type: ignore[import-untyped]  # gunicorn has no types
from werkzeug.exceptions import HTTPException

from api.admission import RETRY_AFTER_S, unavailable
from api.config import ApiConfig
from api.serving.connection import Connection, State
from api.serving.crowding import largest_body, largest_response, least_needed
from api.serving.draining_worker import DrainingWorker
from api.serving.malformed_http import write_problem
from api.serving.request_head import read_request
from api.sharing import workers
from text_recognizer.errors import ConfigError

_EXPIRY_S = 0.25  # between two looks at the deadlines of all connections
_LINGER_S = 5.0  # in which a client may send the rest of a request that is answered already
_BODIES = 2  # the bodies of the largest size that are held in memory at a time, or more smaller ones
_RESPONSES = (
    2  # the responses of the largest size that clients may leave unread at a time, or more smaller ones
)
_SLOWEST_BYTES_PER_S = 50_000  # at which a client takes a response; a slow mobile connection has that
_TRIES = 10  # times that an accept is left to a worker with fewer connections, which may be hung
_TRY_S = 0.001


class GracefulThreadWorker(DrainingWorker):
    """A `DrainingWorker` whose main loop receives requests and sends responses; threads only work.

    - A request goes to a thread when it is complete. So a client that sends byte by byte, or does not take
      its response, occupies no thread; it has a few seconds for the head, and `request_timeout` for the body.
    - Bodies that have arrived and responses that wait for their clients take a bounded memory; beyond it, the
      largest unfinished body is refused, and the largest response that is not taken is given up.
    - Of requests that a client sends at once, the second waits until a thread has nothing else to do.
    - A client that was refused is not read from until the time that Retry-After names.
    - New connections go to the worker that has the fewest requests, or the fewest connections.

    ```python
    from gunicorn.util import load_class

    print(load_class("api.serving.gunicorn_worker.GracefulThreadWorker"))  # gunicorn's setting worker_class
    ```
    """

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuse TLS.

        Raises:
            ConfigError: If certificates are configured.
        """
        if cfg.is_ssl:
            raise ConfigError("The service speaks no TLS. Put a proxy in front of it that does.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the worker with the arguments that gunicorn gives to its base class."""
        super().__init__(*args, **kwargs)
        config = ApiConfig.from_environment(os.environ)
        self._timeout, self._max_body = config.request_timeout, config.max_content_length
        self._max_response = config.max_response_bytes
        self._places = (config.queue_size + 1) * self.cfg.workers
        self._connections: dict[Connection, None] = {}  # in the order of their arrival
        self._following: deque[Connection] = deque()  # those whose next request came with the last one
        self._paused: deque[Connection] = deque()  # all wait equally long, so the first one is due first
        self._working = 0  # requests that threads have, or will have in their order
        self._body_bytes = 0
        self._tries = 0
        self._looked = 0.0

    # Connections

    def accept(self, listener: Any) -> None:
        """Accept a connection, unless another worker has less to do."""
        if self.alive and self._tries < _TRIES and self._crowded(0):
            self._tries += 1
            time.sleep(_TRY_S)
            return
        self._tries = 0
        try:
            socket, client = listener.accept()
        except OSError:
            return  # another worker was faster, or the client has gone
        if self.nr_conns + 1 >= self.worker_connections:
            self._close(least_needed(self._connections))
        connection = Connection(socket, client, listener.getsockname(), self._max_body)
        self._connections[connection] = None
        self._count_connections()
        self._wait(connection, State.RECEIVING, self.cfg.keepalive)

    def _crowded(self, tolerance: int) -> bool:
        """Tell whether another worker has less to do."""
        return workers.current is not None and workers.current.is_crowded(tolerance)

    def _count_connections(self) -> None:
        self.nr_conns = len(self._connections)
        if workers.current is not None:
            workers.current.connections.set(workers.current.number, self.nr_conns)

    def _wait(self, connection: Connection, state: State, seconds: float) -> None:
        """Let a connection wait in a state for some seconds at most."""
        self._ignore(connection)
        connection.state, connection.deadline = state, time.monotonic() + seconds
        if state is not State.PAUSED:
            event = EVENT_WRITE if state is State.SENDING else EVENT_READ
            self.poller.register(connection.socket, event, partial(self._on_ready, connection))

    def _ignore(self, connection: Connection) -> None:
        if connection.socket in self.poller.get_map():
            self.poller.unregister(connection.socket)

    def _close(self, connection: Connection | None) -> None:
        if connection is None or connection not in self._connections:
            return
        self._ignore(connection)
        self._body_bytes -= len(connection.incoming.body)
        del self._connections[connection]
        self._count_connections()
        connection.close()

    # Requests

    def _on_ready(self, connection: Connection, _: Any) -> None:
        if connection not in self._connections:
            return  # closed for the sake of another one that was ready at the same moment
        if connection.state is State.SENDING:
            self._send(connection)
        else:
            self._on_readable(connection)

    def _on_readable(self, connection: Connection) -> None:
        try:
            data = connection.receive()
        except OSError:
            data = b""
        if data is None or (data and connection.state is State.LINGERING):
            return
        if not data:
            self._end_of_input(connection)
            return
        incoming = connection.incoming
        new, had_head, bytes_before = not incoming.begun, bool(incoming.head), len(incoming.body)
        ready = incoming.feed(data)
        self._body_bytes += len(incoming.body) - bytes_before
        if new:
            connection.deadline = time.monotonic() + self.cfg.keepalive
        if ready:
            self._dispatch(connection)
        elif incoming.head and not had_head:
            self._begin_body(connection)
        self._bound_bodies()

    def _begin_body(self, connection: Connection) -> None:
        shared = workers.current
        if shared is not None and shared.admitted.total() >= self._places:
            self._refuse(connection, unavailable("All places are taken."))
            return
        connection.deadline = time.monotonic() + self._timeout
        if connection.incoming.awaits_go_ahead:
            connection.go_ahead()

    def _bound_bodies(self) -> None:
        """Refuse the largest unfinished bodies if all together are too large."""
        most = _BODIES * self._max_body
        while (largest := largest_body(self._connections, self._body_bytes, most)) is not None:
            self._refuse(largest, unavailable("It receives too many large images at present."))

    def _refuse(self, connection: Connection, fault: HTTPException) -> None:
        self._body_bytes -= len(connection.incoming.body)
        connection.incoming.refuse(fault)
        self._dispatch(connection)

    def _end_of_input(self, connection: Connection) -> None:
        received = connection.state is State.RECEIVING
        bytes_before = len(connection.incoming.body)
        if received and connection.incoming.end():
            self._body_bytes += len(connection.incoming.body) - bytes_before
            self._dispatch(connection)
        else:
            self._close(connection)

    def _dispatch(self, connection: Connection) -> None:
        self._ignore(connection)
        connection.state = State.WORKING
        self._working += 1
        self.enqueue_req(connection)

    def handle(self, conn: Connection) -> bool:
        """Answer a request in a thread; return whether the connection may bring another one."""
        request, req = conn.incoming, None
        try:
            if request.head_too_large:
                write_problem(conn, 431, "Request Header Fields Too Large", "the headers are too large")
                return False
            req = read_request(self.cfg, request, conn.client)
            if request.fault is not None or self._crowded(1):
                req.force_close()
            return bool(self.handle_request(req, conn))
        except (NoMoreData, StopIteration) as error:
            self.log.debug("A request ended early: %s", error)
        except Exception as error:
            self.handle_error(req, conn, conn.client, error)
        return False

    # Responses

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Send the response; called in the main loop."""
        self._working -= 1
        self._body_bytes -= len(conn.incoming.body)
        keep = bool(not fs.cancelled() and fs.exception() is None and fs.result())
        complete = conn.incoming.fault is None and not conn.incoming.surplus
        conn.incoming.body = bytearray()
        conn.afterwards = State.RECEIVING if keep else None if complete else State.LINGERING
        self._send(conn)
        self._dispatch_following()

    def _send(self, connection: Connection) -> None:
        try:
            sent = connection.flush()
        except OSError:
            self._close(connection)
            return
        if not sent:
            self._begin_sending(connection)
        elif connection.afterwards is State.RECEIVING:
            self._await_next(connection)
        elif connection.afterwards is State.LINGERING:
            # A connection that is closed while bytes are unread is reset, and the client loses the response.
            connection.end_output()
            self._wait(connection, State.LINGERING, _LINGER_S)
        else:
            self._close(connection)

    def _begin_sending(self, connection: Connection) -> None:
        """Let a response wait for its client, but not for longer than a slow one needs for all of it."""
        if connection.state is State.SENDING:
            return
        self._wait(connection, State.SENDING, self._timeout + connection.unsent / _SLOWEST_BYTES_PER_S)
        most = _RESPONSES * self._max_response
        while (largest := largest_response(self._connections, most, connection)) is not None:
            self._close(largest)

    def _await_next(self, connection: Connection) -> None:
        if connection.refused and self.alive:
            self._wait(connection, State.PAUSED, RETRY_AFTER_S)
            self._paused.append(connection)
        else:
            self._resume(connection)

    def _resume(self, connection: Connection) -> None:
        self._wait(connection, State.RECEIVING, self.cfg.keepalive)
        if connection.incoming.go_on():
            self._body_bytes += len(connection.incoming.body)
            self._ignore(connection)
            connection.state = State.WORKING
            self._following.append(connection)
            self._dispatch_following()

    def _dispatch_following(self) -> None:
        """Let free threads answer requests that came with others; those of other clients go before them."""
        while self._following and self._working < self.cfg.threads:
            self._dispatch(self._following.popleft())

    # Time

    def murder_pending(self) -> None:
        """End what has waited for too long; gunicorn calls this in each round of its main loop."""
        now = time.monotonic()
        while self._paused and now >= self._paused[0].deadline:
            paused = self._paused.popleft()
            if paused in self._connections:
                self._resume(paused)
        if now < self._looked + _EXPIRY_S:
            return
        self._looked = now
        for connection in list(self._connections):
            if connection.state not in (State.WORKING, State.PAUSED) and now >= connection.deadline:
                self._end_of_input(connection)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for events, but not longer than until the next look at the deadlines."""
        if self._paused:
            timeout = min(timeout, max(0.0, self._paused[0].deadline - time.monotonic()))
        super().wait_for_and_dispatch_events(min(timeout, _EXPIRY_S))

    def _cap_keepalive(self, deadline: float) -> None:
        """Let the connections that are idle at the end wait until `deadline` at most."""
        for connection in self._connections:
            if connection.state is not State.WORKING and not connection.incoming.head:
                connection.deadline = min(connection.deadline, deadline)
