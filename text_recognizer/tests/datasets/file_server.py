"""A local HTTP server that can cut connections and ignore ranges."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What the server does, and the requests that it saw.

    Attributes:
        content: The only file.
        cut_after: Bytes of the body sent by the first responses, one entry each; then bodies are whole.
        ranges: Whether Range is obeyed.
        status: Answer this instead of the file, if set.
        url: Address of the file.
        requests: Range header of each request, empty without one.
    """

    content: bytes
    cut_after: list[int] = field(default_factory=list)
    ranges: bool = True
    status: int | None = None
    url: str = ""
    requests: list[str] = field(default_factory=list)


@contextmanager
def serve(server: FileServer) -> Iterator[FileServer]:
    """Run the server on a free port of the loopback interface."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            server.requests.append(wanted)
            if server.status is not None:
                self.send_error(server.status)
                return
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and server.ranges else 0
            if start >= len(server.content):
                self.send_error(416)
                return
            body = server.content[start:]
            self.send_response(206 if start else 200)
            if start:
                total = len(server.content)
                self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: server.cut_after.pop(0)] if server.cut_after else body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    http_server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http_server.server_port}/file.bin"
    thread = threading.Thread(target=http_server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http_server.shutdown()
        thread.join()
        http_server.server_close()
