"""Sends requests to the service, again while it is busy; what it refuses becomes a `ServiceError`."""

import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from text_recognizer.errors import RemoteError

_BUSY_STATUSES = (429, 503)
_MAX_WAIT_S = 30.0  # a service may ask for hours, in which the program would seem to hang
_PROBLEM_BYTES = 65536  # a problem object is far smaller; a proxy's error page may not be


class ServiceError(RemoteError):
    """The service refused a request or failed.

    ```python
    from text_recognizer.client import ServiceError

    error = ServiceError(503, "the queue is full", request_id="4f1c")
    print(error.status, error, error.request_id)
    ```

    Attributes:
        status: HTTP status of its response.
        request_id: The service's name for the request, to find it in the log; empty if it gave none.
    """

    def __init__(self, status: int, detail: str, request_id: str = "") -> None:
        """Keep what the service said; `detail` becomes the message."""
        super().__init__(detail)
        self.status = status
        self.request_id = request_id


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: image and key go to the service that was named, and to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True)
class Reply:
    """A response of status 2xx.

    Attributes:
        status: Its status.
        body: Its content.
        retry_after: Its header of this name; None if it has none.
    """

    status: int
    body: bytes
    retry_after: str | None


@dataclass(frozen=True)
class Sender:
    """Sends requests to one service; safe to share between threads.

    ```python
    from text_recognizer.client.sending import Sender
    from text_recognizer.errors import RemoteError

    try:
        Sender("http://127.0.0.1:9", {}, timeout=5, retries=0).send("/livez")
    except RemoteError as error:  # nothing listens on port 9
        print(error)
    ```

    Attributes:
        url: Where it is, without a slash at its end.
        headers: Sent with each request.
        timeout: Seconds to wait for a response.
        retries: How often a request is sent again when the service is busy.
    """

    url: str
    headers: dict[str, str] = field(repr=False)  # the key is one of them
    timeout: float
    retries: int

    def send(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
        """Send a request: POST if it has a body, else GET.

        Raises:
            ServiceError: If the service refuses it or fails.
            RemoteError: If it cannot be reached.
        """
        request = urllib.request.Request(self.url + path, body, {**self.headers, **(headers or {})})
        for attempt in range(self.retries + 1):
            try:
                with _opener.open(request, timeout=self.timeout) as response:
                    return Reply(response.status, response.read(), response.headers.get("Retry-After"))
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in _BUSY_STATUSES or attempt == self.retries:
                        raise _problem(error) from error
                    wait = waiting_seconds(error.headers.get("Retry-After"), attempt)
            except (OSError, http.client.HTTPException) as error:
                raise RemoteError(
                    f"The service at {self.url} did not answer: {error}. "
                    "Check that it runs and can be reached from here."
                ) from error
            time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")


def waiting_seconds(retry_after: str | None, attempt: int) -> float:
    """Return the seconds to wait; a date in the header is ignored.

    >>> waiting_seconds("7", 0), waiting_seconds(None, 2), waiting_seconds("86400", 0)
    (7.0, 4.0, 30.0)
    """
    seconds = float(retry_after) if retry_after and retry_after.isdecimal() else 2.0**attempt
    return min(seconds, _MAX_WAIT_S)


def _problem(error: urllib.error.HTTPError) -> ServiceError:
    """Return the error of a response: its problem object (RFC 9457), or its first bytes if it has none."""
    text = error.read(_PROBLEM_BYTES).decode("utf-8", "replace")
    try:
        detail = str(json.loads(text)["detail"])
    except (ValueError, LookupError, TypeError):
        detail = f"The service responded with status {error.code}: {text[:200]!r}."
    return ServiceError(error.code, detail, error.headers.get("X-Request-Id") or "")
