"""Client of the HTTP service (api/); it needs only the standard library.

```python
from text_recognizer.client import Client

response = Client("http://127.0.0.1:8000").recognize("page.png")
print(response.page.text)
```
"""

import base64
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from text_recognizer.errors import ConfigError, InvalidInputError, RemoteError
from text_recognizer.predictions.types import PagePrediction

_SCHEMES = ("http://", "https://", "s3://")
_BUSY_STATUSES = (429, 503)
_MAX_WAIT_S = 30.0  # a service may ask for hours, in which the program would seem to hang
_BATCH_IMAGES = 16  # the service's default limit for one request
_BATCH_BYTES = 6 * 2**20  # in base64 they stay below the service's default limit of 12 MiB for a body
_PROBLEM_BYTES = 65536  # a problem object is far smaller; a proxy's error page may not be

Image = str | Path | bytes
Choice = str | None  # None: the default of the service


@dataclass(frozen=True)
class Answer:
    """A page as the service read it, and the model that read it.

    ```python
    from text_recognizer import LinePrediction, PagePrediction
    from text_recognizer.client import Answer

    response = Answer(PagePrediction((LinePrediction("to be", 0.9),)), model="LineModelCtc", sha256="0" * 64)
    print(response.page.text, response.model)
    ```

    Attributes:
        page: The lines with text, confidence, region, words and characters.
        model: Name of the model that read it.
        sha256: Digest of its file.
    """

    page: PagePrediction
    model: str
    sha256: str


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


class Client:
    """Sends images to the service; safe to share between threads.

    ```python
    from text_recognizer.client import Client
    from text_recognizer.errors import RemoteError

    client = Client("http://127.0.0.1:9", timeout=5, retries=0)
    try:
        print(client.recognize("page.png").page.text)
    except RemoteError as error:  # nothing listens on port 9
        print(error)
    ```
    """

    def __init__(
        self, url: str, *, api_key: str | None = None, timeout: float = 30.0, retries: int = 3
    ) -> None:
        """Set how to reach the service; nothing is sent yet.

        Args:
            url: Where it is, such as http://127.0.0.1:8000.
            api_key: Sent as X-API-Key, for services that want one.
            timeout: Seconds to wait for a response.
            retries: How often the client retries when the service is busy (429, 503): after the delay that it
                asks for in Retry-After, 30 s at most, or else after 1 s, 2 s, 4 s, ...

        Raises:
            ConfigError: If `url` is no address of HTTP.
        """
        if not url.startswith(("http://", "https://")):
            raise ConfigError(
                f"Expected the service's address as http://... or https://...; received {url!r}."
            )
        self._url = url.rstrip("/")
        self._headers = {} if api_key is None else {"X-API-Key": api_key}
        self._timeout = timeout
        self._retries = retries

    def recognize(
        self, image: Image, *, mode: str = "page", model: Choice = None, only: Choice = None
    ) -> Answer:
        """Return the text of the image.

        Args:
            image: Path of an image file, its bytes, or an address that the service fetches, if it may.
            mode: `page`, or `line` or `word` for the image of a single line or word.
            model: Name of the model that reads, one of the service's; default: its own choice.
            only: `handwriting` or `print`: lines of the other kind are left out; default: none are.

        Raises:
            InvalidInputError: If there is no such file.
            ServiceError: If the service refuses the image or fails.
            RemoteError: If it cannot be reached, or the response is not that of this service.
        """
        return _recognized(_parsed(self._predict(image, _query(mode, model, only=only, format="json"))))

    def recognize_as(
        self, image: Image, format: str, *, mode: str = "page", model: Choice = None, only: Choice = None
    ) -> str:
        """Return the text of the image as a document.

        Args:
            image: As for `recognize`.
            format: `text`, `markdown`, `json`, `jsonl`, `tsv`, `hocr`, `alto` or `page`.
            mode: As for `recognize`.
            model: As for `recognize`.
            only: As for `recognize`.

        Raises:
            InvalidInputError: If there is no such file.
            ServiceError: If the service refuses the image or the format, or fails.
            RemoteError: If it cannot be reached.
        """
        return self._predict(image, _query(mode, model, only=only, format=format)).decode("utf-8", "replace")

    def recognize_batch(
        self, images: Iterable[Image], *, mode: str = "page", model: Choice = None, only: Choice = None
    ) -> list[Answer | ServiceError]:
        """Return the text of each image, in their order, or why the service did not read it.

        Args:
            images: Paths or bytes; they are sent in as many requests as the service's default limits demand.
            mode: As for `recognize`.
            model: As for `recognize`.
            only: As for `recognize`.

        Raises:
            InvalidInputError: If there is no such file.
            ServiceError: If the service refuses a whole request.
            RemoteError: If it cannot be reached, or the response is not that of this service.
        """
        results: list[Answer | ServiceError] = []
        for group in _groups(_read(image) for image in images):
            uris = [f"data:;base64,{base64.b64encode(data).decode()}" for data in group]
            body = json.dumps({"images": uris}).encode()
            path = f"/v1/predict/batch?{urlencode(_query(mode, model, only=only))}"
            response = _parsed(self._send(path, body, "application/json"))
            results += [_result(each, response) for each in _field(response, "results")]
        return results

    def _predict(self, image: Image, query: dict[str, str]) -> bytes:
        if isinstance(image, str) and image.startswith(_SCHEMES):
            return self._send(f"/v1/predict?{urlencode({'image_url': image, **query})}", None, "")
        return self._send(f"/v1/predict?{urlencode(query)}", _read(image), "application/octet-stream")

    def _send(self, path: str, body: bytes | None, content_type: str) -> bytes:
        headers = self._headers if body is None else {**self._headers, "Content-Type": content_type}
        request = urllib.request.Request(self._url + path, body, headers)
        for attempt in range(self._retries + 1):
            try:
                with _opener.open(request, timeout=self._timeout) as response:
                    return bytes(response.read())
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in _BUSY_STATUSES or attempt == self._retries:
                        raise _problem(error) from error
                    wait = _wait(error.headers.get("Retry-After"), attempt)
            except (OSError, http.client.HTTPException) as error:
                raise RemoteError(
                    f"The service at {self._url} did not answer: {error}. "
                    "Check that it runs and can be reached from here."
                ) from error
            time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")


def _query(mode: str, model: str | None, **others: str | None) -> dict[str, str]:
    given = {"mode": mode, "model": model, **others}
    return {name: value for name, value in given.items() if value is not None}


def _read(image: Image) -> bytes:
    if isinstance(image, bytes):
        return image
    try:
        return Path(image).read_bytes()
    except (OSError, ValueError) as error:
        raise InvalidInputError(
            f"Expected the path of a readable image file; received {str(image)!r}: {error}."
        ) from error


def _groups(images: Iterator[bytes]) -> Iterator[Sequence[bytes]]:
    """Yield the images in groups that each fit into one request."""
    group: list[bytes] = []
    for data in images:
        full = len(group) == _BATCH_IMAGES or sum(map(len, group)) + len(data) > _BATCH_BYTES
        if group and full:
            yield group
            group = []
        group.append(data)
    if group:
        yield group


def _wait(retry_after: str | None, attempt: int) -> float:
    """Return the seconds to wait; a date in the header is ignored."""
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


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise _unfit(body) from error


def _field(response: Any, name: str) -> Any:
    try:
        return response[name]
    except (LookupError, TypeError) as error:
        raise _unfit(response) from error


def _result(result: Any, response: Any) -> Answer | ServiceError:
    if not isinstance(result, dict):
        raise _unfit(response)
    if "error" in result:
        error = result["error"]
        return ServiceError(int(_field(error, "status")), str(_field(error, "detail")))
    return _recognized({"model": _field(response, "model"), **result})


def _recognized(response: Any) -> Answer:
    try:
        page = PagePrediction.from_dict(response)
        return Answer(page, str(response["model"]["name"]), str(response["model"]["sha256"]))
    except (LookupError, TypeError, InvalidInputError) as error:
        raise _unfit(response) from error


def _unfit(response: Any) -> RemoteError:
    return RemoteError(
        f"This is no response of the service of text_recognizer: {str(response)[:80]!r}. Check the address."
    )
