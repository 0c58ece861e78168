"""Responses of the service -> what they say: pages, documents, errors of single images."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from text_recognizer.client.sending import ServiceError
from text_recognizer.errors import InvalidInputError, RemoteError
from text_recognizer.json_fields import read_field
from text_recognizer.predictions.document import DocumentPrediction, PageFailure
from text_recognizer.predictions.types import PagePrediction


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


@dataclass(frozen=True)
class DocumentAnswer:
    """A document as the service read it, and the model that read it.

    ```python
    from text_recognizer import DocumentPrediction, LinePrediction, PagePrediction
    from text_recognizer.client import DocumentAnswer

    pages = (PagePrediction((LinePrediction("to be", 0.9),)),)
    response = DocumentAnswer(DocumentPrediction(pages), count=3, model="LineModelCtc", sha256="0" * 64)
    print(response.document.text, response.count)
    ```

    Attributes:
        document: The pages that were read, and why others were not.
        count: How many pages the file has.
        model: Name of the model that read it.
        sha256: Digest of its file.
    """

    document: DocumentPrediction
    count: int
    model: str
    sha256: str


def parsed(body: bytes) -> Any:
    """Return the JSON of a response.

    Raises:
        RemoteError: If it has none.
    """
    try:
        return json.loads(body)
    except ValueError as error:
        raise _unfit(body) from error


def field_of(response: Any, name: str) -> Any:
    """Return a field of a response.

    Raises:
        RemoteError: If there is none.
    """
    try:
        return response[name]
    except (LookupError, TypeError) as error:
        raise _unfit(response) from error


def answer_of(response: Any) -> Answer:
    """Return the answer about one image.

    Raises:
        RemoteError: If the response is another one.
    """
    try:
        page = PagePrediction.from_dict(response)
        return Answer(page, str(response["model"]["name"]), str(response["model"]["sha256"]))
    except (LookupError, TypeError, InvalidInputError) as error:
        raise _unfit(response) from error


def answers_of_batch(response: Any) -> list[Answer | ServiceError]:
    """Return the answer about each image of a batch, or why it was not read.

    Raises:
        RemoteError: If the response is another one.
    """
    return [_result(each, response) for each in field_of(response, "results")]


def document_answer(response: Any) -> DocumentAnswer:
    """Return the answer about a document.

    Raises:
        RemoteError: If the response is another one.
    """
    try:
        results = [_page(each) for each in read_field(response, "pages", list)]
        document = DocumentPrediction(
            tuple(each for each in results if isinstance(each, PagePrediction)),
            failures=tuple(each for each in results if isinstance(each, PageFailure)),
        )
        model = response["model"]
        count = read_field(response, "count", int)
        return DocumentAnswer(document, count, str(model["name"]), str(model["sha256"]))
    except (LookupError, TypeError, AttributeError, InvalidInputError) as error:
        raise _unfit(response) from error


def _page(fields: Mapping[str, Any]) -> PagePrediction | PageFailure:
    number = read_field(fields, "page", int)
    if "error" in fields:
        return PageFailure(number, str(fields["error"]["detail"]))
    return PagePrediction.from_dict(fields)


def _result(result: Any, response: Any) -> Answer | ServiceError:
    if not isinstance(result, dict):
        raise _unfit(response)
    if "error" in result:
        error = result["error"]
        return ServiceError(int(field_of(error, "status")), str(field_of(error, "detail")))
    return answer_of({"model": field_of(response, "model"), **result})


def _unfit(response: Any) -> RemoteError:
    return RemoteError(
        f"This is no response of the service of text_recognizer: {str(response)[:80]!r}. Check the address."
    )
