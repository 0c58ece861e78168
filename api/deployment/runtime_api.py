"""AWS Lambda's Runtime API on this machine: hands events to a runtime interface client and takes its answers.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from text_recognizer.errors import TextRecognizerError

_INVOCATION = "/2018-06-01/runtime/invocation"
_INIT_ERROR = "/2018-06-01/runtime/init/error"


class RuntimeApiError(TextRecognizerError):
    """The function failed, or did not answer in time."""


@dataclass(frozen=True)
class _Answer:
    failed: bool
    body: Any


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Be silent: a function that is stopped breaks its connection off."""


class RuntimeApi:
    """Serves one function; a context manager.

    Attributes:
        address: host:port, for the variable AWS_LAMBDA_RUNTIME_API.
    """

    def __init__(self) -> None:
        """Open the port, on this machine only; the kernel chooses it."""
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._answers: queue.Queue[_Answer] = queue.Queue()
        self._asked = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "RuntimeApi":
        """Serve in a thread."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()

    def wait_until_ready(self, timeout: float) -> float:
        """Wait until the function asks for its first event, which ends its start-up.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            The time of `time.monotonic` at which it asked.

        Raises:
            RuntimeApiError: If the start-up failed or took too long.
        """
        end = time.monotonic() + timeout
        while not self._asked.wait(0.002):
            if not self._answers.empty():
                raise RuntimeApiError(
                    f"Expected the function to start; received {self._answers.get().body}. See its log."
                )
            if time.monotonic() > end:
                raise RuntimeApiError(
                    f"Expected the function to start within {timeout} s; it did not. See its log."
                )
        return time.monotonic()

    def invoke(self, event: dict[str, Any], timeout: float = 30) -> Any:
        """Return what the function answers to `event`.

        Raises:
            RuntimeApiError: If it fails, or does not answer within `timeout` seconds.
        """
        self._events.put(event)
        try:
            answer = self._answers.get(timeout=timeout)
        except queue.Empty:
            raise RuntimeApiError(
                f"Expected an answer within {timeout} s; received none. See its log."
            ) from None
        if answer.failed:
            raise RuntimeApiError(f"Expected an answer; received {answer.body}. See its log.")
        return answer.body

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet an answer; unbuffered ones wait for the client's acknowledgement
            disable_nagle_algorithm = True

            def do_GET(self) -> None:  # noqa: N802  # the name is the base class's
                if self.path != f"{_INVOCATION}/next":
                    return self._answer(404, b"{}")
                api._asked.set()
                headers = {
                    "Lambda-Runtime-Aws-Request-Id": "00000000-0000-0000-0000-000000000001",
                    "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 30_000),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:local:0:function:local",
                }
                return self._answer(200, json.dumps(api._events.get()).encode(), headers)

            def do_POST(self) -> None:  # noqa: N802  # likewise
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                failed = self.path == _INIT_ERROR or self.path.endswith("/error")
                api._answers.put(_Answer(failed, json.loads(body)))
                self._answer(202, b"{}")

            def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
                self.send_response(status)
                for name, value in {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(body)),
                    **(headers or {}),
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

            def log_message(self, format: str, *args: object) -> None:
                """Be silent."""

        return Handler
