"""AWS Lambda's Runtime API on this machine: gives events to a runtime interface client, takes its responses.

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

from api.deployment.errors import DeploymentError

_INVOCATION = "/2018-06-01/runtime/invocation"
_INIT_ERROR = "/2018-06-01/runtime/init/error"


class RuntimeApiError(DeploymentError):
    """The function failed, or did not respond in time.

    ```python
    from api.deployment.runtime_api import RuntimeApi, RuntimeApiError

    def starts(api: RuntimeApi) -> bool:
        try:
            api.wait_until_ready(timeout=10.0)
        except RuntimeApiError:
            return False
        return True
    ```
    """


@dataclass(frozen=True)
class _Response:
    failed: bool
    body: Any


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: a function that is stopped breaks off its connection."""


class RuntimeApi:
    """A Runtime API for one function, as a context manager.

    ```python
    from api.deployment.events import http_api_event
    from api.deployment.runtime_api import RuntimeApi

    def call() -> None:
        with RuntimeApi() as api:
            print(f"AWS_LAMBDA_RUNTIME_API={api.address} python -m awslambdaric api.lambda_handler.handler")
            api.wait_until_ready(timeout=60.0)
            print(api.invoke(http_api_event("GET", "/livez")))
    ```

    Attributes:
        address: host:port, for the variable AWS_LAMBDA_RUNTIME_API.
    """

    def __init__(self) -> None:
        """Open a port that the kernel chooses, reachable from this machine only."""
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._responses: queue.Queue[_Response] = queue.Queue()
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
            if not self._responses.empty():
                raise RuntimeApiError(
                    f"The function did not start: {self._responses.get().body}. See its log."
                )
            if time.monotonic() > end:
                raise RuntimeApiError(f"The function did not start within {timeout} s. See its log.")
        return time.monotonic()

    def invoke(self, event: dict[str, Any], timeout: float = 30) -> Any:
        """Return the response of the function to `event`.

        Raises:
            RuntimeApiError: If it fails or does not respond within `timeout` seconds.
        """
        self._events.put(event)
        try:
            response = self._responses.get(timeout=timeout)
        except queue.Empty:
            raise RuntimeApiError(f"The function did not respond within {timeout} s. See its log.") from None
        if response.failed:
            raise RuntimeApiError(f"The function failed: {response.body}. See its log.")
        return response.body

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet a response; without a buffer, parts wait for acknowledgements
            disable_nagle_algorithm = True

            def do_GET(self) -> None:  # noqa: N802  # the name is the base class's
                if self.path != f"{_INVOCATION}/next":
                    return self._respond(404, b"{}")
                api._asked.set()
                headers = {
                    "Lambda-Runtime-Aws-Request-Id": "00000000-0000-0000-0000-000000000001",
                    "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 30_000),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:local:0:function:local",
                }
                return self._respond(200, json.dumps(api._events.get()).encode(), headers)

            def do_POST(self) -> None:  # noqa: N802  # likewise
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                failed = self.path == _INIT_ERROR or self.path.endswith("/error")
                api._responses.put(_Response(failed, json.loads(body)))
                self._respond(202, b"{}")

            def _respond(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
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
                """Print nothing."""

        return Handler
