"""An internet for tests: names resolve as told, and public addresses lead to servers of the test."""

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

PUBLIC = "93.184.215.14"
OTHER_PUBLIC = "8.8.8.8"
PUBLIC_V6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"

Handler = Callable[[socket.socket], None]


class FakeNetwork:
    """Stands between the code and the sockets.

    Attributes:
        names: Host name -> what the resolver answers, one list after the other, the last one for ever.
        servers: Public address and port -> port of the local server that plays it.
        connections: Every address that anything tried to connect to.
        lookups: Every name that the resolver was asked for.
    """

    def __init__(self) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.servers: dict[tuple[str, int], int] = {}
        self.connections: list[tuple[str, int]] = []
        self.lookups: list[str] = []
        self._connect = socket.socket.connect

    def getaddrinfo(self, host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        self.lookups.append(host)
        answers = self.names.get(host)
        if answers is not None:
            found = answers.pop(0) if len(answers) > 1 else answers[0]
        else:
            found = [_numeric(host)]
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port))
            for a in found
        ]

    def connect(self, connection: socket.socket, address: Any) -> None:
        self.connections.append((address[0], address[1]))
        local = self.servers.get((address[0], address[1]))
        if local is None:
            raise ConnectionRefusedError(f"nobody plays {address}")
        if connection.family == socket.AF_INET6:
            raise OSError("no route")
        self._connect(connection, ("127.0.0.1", local))


def _numeric(host: str) -> str:
    """Read an address as the C library does, whatever base it is written in."""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host))
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None


@contextlib.contextmanager
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeNetwork]:
    """Put a fake network in the place of the machine's."""
    network = FakeNetwork()

    def connect(self: socket.socket, address: Any) -> None:
        network.connect(self, address)

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", network.getaddrinfo)
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect)
        yield network


@contextlib.contextmanager
def serving(handler: Handler) -> Iterator[int]:
    """Run `handler` for every connection to the port that is yielded."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        stop = threading.Event()

        def run() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                connection.settimeout(5)
                with connection, contextlib.suppress(OSError):
                    handler(connection)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            thread.join()


def read_request(connection: socket.socket) -> bytes:
    """Return the head of a request."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(4096)
        if not part:
            break
        data += part
    return data


def answers(*parts: bytes, pause: float = 0.0, repeat: int = 1) -> Handler:
    """Return a handler that reads the request and sends the last part `repeat` times, with pauses."""

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"".join(parts[:-1]))
        for _ in range(repeat):
            time.sleep(pause)
            connection.sendall(parts[-1])

    return handle
