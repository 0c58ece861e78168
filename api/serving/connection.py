"""A connection of a client: what it sends, what is to be sent to it, and until when it has time."""

import contextlib
import socket
from enum import Enum
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

from api.serving.receiving import Incoming

_RECEIVED_BYTES = 2**18  # at a time
# What the kernel keeps of a response for a client that does not read; by itself, it would take megabytes.
_SENT_BYTES = 2**17


class State(Enum):
    """What a connection waits for.

    ```python
    from api.serving.connection import State

    print(State.RECEIVING.value)
    ```
    """

    RECEIVING = "bytes of a request"
    WORKING = "a thread"
    SENDING = "the client, to take the response"
    PAUSED = "the time at which a refused client may send again"
    LINGERING = "the client, to close the connection"


class Connection:
    """A connection whose socket nobody waits for; gunicorn writes responses to it as to a socket.

    ```python
    import socket

    from api.serving.connection import Connection

    ours, theirs = socket.socketpair()
    connection = Connection(ours, "client", "server", max_body_bytes=1000)
    connection.sendall(b"HTTP/1.1 204 No Content")
    print(connection.flush(), theirs.recv(100))
    connection.close()
    theirs.close()
    ```

    Attributes:
        client: Address of the client, as gunicorn has it.
        server: Address that it connected to.
        socket: The socket, which never blocks.
        incoming: The request that it sends.
        state: What it waits for.
        deadline: `time.monotonic()` until when.
        afterwards: What it does when the response is sent: receive, linger, or, as None says, close.
    """

    def __init__(self, socket: socket.socket, client: Any, server: Any, max_body_bytes: int) -> None:
        """Take over a connected socket."""
        socket.setblocking(False)
        socket.setsockopt(SOL_SOCKET, SO_SNDBUF, _SENT_BYTES)
        self.client, self.server, self.socket = client, server, socket
        self.incoming = Incoming(max_body_bytes)
        self.state = State.RECEIVING
        self.deadline = 0.0
        self.afterwards: State | None = None
        self._outgoing = bytearray()
        self._status = b""

    @property
    def sock(self) -> "Connection":
        """What gunicorn writes a response to."""
        return self

    @property
    def refused(self) -> bool:
        """Whether the last response said that the client should come later."""
        return self._status in (b"429", b"503")

    @property
    def unsent(self) -> int:
        """Number of bytes of the response that the client has not taken yet."""
        return len(self._outgoing)

    def sendall(self, data: bytes) -> None:
        """Keep a part of a response, until it is sent by `flush`."""
        if not self._outgoing and data.startswith(b"HTTP/1."):
            self._status = bytes(data[9:12])
        self._outgoing += data

    def flush(self) -> bool:
        """Send as much as the client takes; return whether everything is sent.

        Raises:
            OSError: If the connection is broken.
        """
        with contextlib.suppress(BlockingIOError, InterruptedError):
            while self._outgoing:
                del self._outgoing[: self.socket.send(self._outgoing)]
        return not self._outgoing

    def receive(self) -> bytes | None:
        """Return what has arrived: None if nothing has, b"" if the client sends nothing more.

        Raises:
            OSError: If the connection is broken.
        """
        try:
            return self.socket.recv(_RECEIVED_BYTES)
        except (BlockingIOError, InterruptedError):
            return None

    def go_ahead(self) -> None:
        """Ask the client that waits for it to send the body."""
        self.incoming.awaits_go_ahead = False
        with contextlib.suppress(OSError):  # then it is found broken when it is read
            self.socket.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def end_output(self) -> None:
        """Tell the client that nothing more comes."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()
