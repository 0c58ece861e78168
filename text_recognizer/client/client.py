"""Images and documents -> what the service read."""

import base64
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from text_recognizer.client.answers import (
    Answer,
    DocumentAnswer,
    answer_of,
    answers_of_batch,
    document_answer,
    field_of,
    parsed,
)
from text_recognizer.client.sending import Reply, Sender, ServiceError, waiting_seconds
from text_recognizer.errors import ConfigError, InvalidInputError

_SCHEMES = ("http://", "https://", "s3://")
_BATCH_IMAGES = 16  # the service's default limit for one request
_BATCH_BYTES = 6 * 2**20  # in base64 they stay below the service's default limit of 12 MiB for a body
_NO_TEXT = ("pdf", "png")  # formats that show the image
_ANY_BYTES = {"Content-Type": "application/octet-stream"}
_ACCEPTED = 202  # a document is read later, or is being read

Image = str | Path | bytes
Choice = str | None  # None: the default of the service


class Client:
    """Sends images and documents to the service; safe to share between threads.

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
        key = {} if api_key is None else {"X-API-Key": api_key}
        self._sender = Sender(url.rstrip("/"), key, timeout, retries)

    def recognize(
        self,
        image: Image,
        *,
        mode: str = "page",
        model: Choice = None,
        only: Choice = None,
        language: Choice = None,
        alternatives: int | None = None,
    ) -> Answer:
        """Return the text of the image.

        Args:
            image: Path of an image file, its bytes, or an address that the service fetches, if it may.
            mode: `page`, or `line` or `word` for the image of a single line or word.
            model: Name of the model that reads, one of the service's; default: its own choice.
            only: `handwriting` or `print`: lines of the other kind are left out; default: none are.
            language: `en`, `fr`, `none` or `auto`: whose language model helps to read; default: `auto`.
            alternatives: How many texts each line has as its `alternatives`, 10 at most; default: none.

        Raises:
            InvalidInputError: If there is no such file.
            ServiceError: If the service refuses the image or fails.
            RemoteError: If it cannot be reached, or the response is not that of this service.
        """
        query = _query(
            mode=mode, model=model, only=only, language=language, alternatives=alternatives, format="json"
        )
        return answer_of(parsed(self._predict(image, query)))

    def recognize_as(
        self,
        image: Image,
        format: str,
        *,
        mode: str = "page",
        model: Choice = None,
        only: Choice = None,
        language: Choice = None,
        alternatives: int | None = None,
    ) -> str:
        """Return the text of the image as a document.

        Args:
            image: As for `recognize`.
            format: `text`, `markdown`, `json`, `jsonl`, `tsv`, `hocr`, `alto` or `page`.
            mode: As for `recognize`.
            model: As for `recognize`.
            only: As for `recognize`.
            language: As for `recognize`.
            alternatives: As for `recognize`.

        Raises:
            InvalidInputError: If there is no such file, or the format is no text.
            ServiceError: If the service refuses the image or the format, or fails.
            RemoteError: If it cannot be reached.
        """
        if format in _NO_TEXT:
            raise InvalidInputError(f"The format {format} is no text. Use recognize_document_as.")
        query = _query(
            mode=mode, model=model, only=only, language=language, alternatives=alternatives, format=format
        )
        return self._predict(image, query).decode("utf-8", "replace")

    def recognize_batch(
        self,
        images: Iterable[Image],
        *,
        mode: str = "page",
        model: Choice = None,
        only: Choice = None,
        language: Choice = None,
        alternatives: int | None = None,
    ) -> list[Answer | ServiceError]:
        """Return the text of each image, in their order, or why the service did not read it.

        Args:
            images: Paths or bytes; they are sent in as many requests as the service's default limits demand.
            mode: As for `recognize`.
            model: As for `recognize`.
            only: As for `recognize`.
            language: As for `recognize`.
            alternatives: As for `recognize`.

        Raises:
            InvalidInputError: If there is no such file.
            ServiceError: If the service refuses a whole request.
            RemoteError: If it cannot be reached, or the response is not that of this service.
        """
        results: list[Answer | ServiceError] = []
        query = _query(mode=mode, model=model, only=only, language=language, alternatives=alternatives)
        for group in _groups(_read(image) for image in images):
            uris = [f"data:;base64,{base64.b64encode(data).decode()}" for data in group]
            body = json.dumps({"images": uris}).encode()
            reply = self._sender.send(
                f"/v1/predict/batch?{urlencode(query)}", body, {"Content-Type": "application/json"}
            )
            results += answers_of_batch(parsed(reply.body))
        return results

    def recognize_document(
        self,
        document: Image,
        *,
        pages: Choice = None,
        model: Choice = None,
        only: Choice = None,
        language: Choice = None,
        alternatives: int | None = None,
        later: bool = False,
    ) -> DocumentAnswer:
        """Return the text of the pages of a document.

        Args:
            document: Path of a PDF, a TIFF of several pages or an image, or its bytes.
            pages: Only these, like `1-3,7`; default: all.
            model: As for `recognize`.
            only: As for `recognize`.
            language: As for `recognize`.
            alternatives: As for `recognize`.
            later: Whether to have it read as a job, for documents that take longer than a request may; the
                service must have that switched on. The result is waited for all the same.

        Raises:
            InvalidInputError: If there is no such file.
            ServiceError: If the service refuses the document, cannot read a single page, or fails.
            RemoteError: If it cannot be reached, or the response is not that of this service.
        """
        query = _query(
            pages=pages, model=model, only=only, language=language, alternatives=alternatives, format="json"
        )
        return document_answer(parsed(self._document(document, query, later)))

    def recognize_document_as(
        self,
        document: Image,
        format: str,
        *,
        pages: Choice = None,
        model: Choice = None,
        only: Choice = None,
        language: Choice = None,
        alternatives: int | None = None,
        later: bool = False,
    ) -> bytes:
        """Return the text of the pages of a document as a file.

        Args:
            document: As for `recognize_document`.
            format: One of those of `recognize_as`, `pdf` (searchable) or `png` (lines framed, a single page).
            pages: As for `recognize_document`.
            model: As for `recognize`.
            only: As for `recognize`.
            language: As for `recognize`.
            alternatives: As for `recognize`.
            later: As for `recognize_document`.

        Raises:
            InvalidInputError: If there is no such file.
            ServiceError: If the service refuses the document or the format, cannot read a page, or fails.
            RemoteError: If it cannot be reached, or the response is not that of this service.
        """
        query = _query(
            pages=pages, model=model, only=only, language=language, alternatives=alternatives, format=format
        )
        return self._document(document, query, later)

    def _predict(self, image: Image, query: dict[str, str]) -> bytes:
        if isinstance(image, str) and image.startswith(_SCHEMES):
            return self._sender.send(f"/v1/predict?{urlencode({'image_url': image, **query})}").body
        return self._sender.send(f"/v1/predict?{urlencode(query)}", _read(image), _ANY_BYTES).body

    def _document(self, document: Image, query: dict[str, str], later: bool) -> bytes:
        headers = {**_ANY_BYTES, **({"Prefer": "respond-async"} if later else {})}
        reply = self._sender.send(f"/v1/documents?{urlencode(query)}", _read(document), headers)
        return self._finished(reply).body

    def _finished(self, reply: Reply) -> Reply:
        """Return a response, of a job when it is done."""
        while reply.status == _ACCEPTED:
            time.sleep(waiting_seconds(reply.retry_after, 0))
            reply = self._sender.send(f"/v1/jobs/{quote(str(field_of(parsed(reply.body), 'job')))}")
        return reply


def _query(**given: str | int | None) -> dict[str, str]:
    return {name: str(value) for name, value in given.items() if value is not None}


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
