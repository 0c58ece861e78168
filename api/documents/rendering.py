"""What was read of a document -> the response, which a job keeps until it is asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from api.documents.reading import PageResult
from api.errors import problem_of
from api.recognition import Reader, Reading
from api.responses import Json, as_json, models_json
from text_recognizer.errors import InvalidInputError
from text_recognizer.formats import FORMATS
from text_recognizer.predictions.document import PAGE_BREAK
from text_recognizer.predictions.types import PagePrediction

_CHOOSE = " It is page {} of the document: leave it out with ?pages=, or ask for JSON, which has the others."
PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Rendered:
    """A response that is ready to be sent.

    Attributes:
        status: Status of HTTP.
        content_type: Value of the header of this name.
        body: The content.
    """

    status: int
    content_type: str
    body: bytes


def check_format(format_: str, numbers: Sequence[int]) -> None:
    """Refuse a format that holds one page if several are wanted.

    Raises:
        InvalidInputError: If it does.
    """
    if FORMATS[format_].one_page and len(numbers) > 1:
        raise InvalidInputError(
            f"The format {format_} holds one page; {len(numbers)} are wanted. Choose one with ?pages=."
        )


def render_document(results: Sequence[PageResult], count: int, reader: Reader, format_: str) -> Rendered:
    """Return the response for pages of a document.

    Args:
        results: The pages that are wanted.
        count: How many the document has.
        reader: What read them.
        format_: A key of `FORMATS`. All but JSON need every page to have been read.

    Raises:
        Exception: That of the first page, if no page was read.
    """
    errors = [(number, result) for number, result in results if isinstance(result, Exception)]
    if len(errors) == len(results):
        raise errors[0][1]
    if format_ == "json":
        return Rendered(200, FORMATS["json"].media_type, _json(results, count, reader).encode())
    if errors:
        number, error = errors[0]
        return rendered_problem(error, _CHOOSE.format(number))
    pages = [result.page for _, result in results if isinstance(result, Reading)]
    media_type = f"{FORMATS[format_].media_type}; charset=utf-8"
    return Rendered(200, media_type, FORMATS[format_].render(*pages).encode())


def rendered_problem(error: Exception, remark: str = "") -> Rendered:
    """Return the problem object of an error as a response, with a remark behind its detail."""
    problem = problem_of(error)
    problem["detail"] += remark
    return Rendered(problem["status"], PROBLEM_TYPE, json.dumps(problem).encode())


def _json(results: Sequence[PageResult], count: int, reader: Reader) -> str:
    pages = [result.page for _, result in results if isinstance(result, Reading)]
    lines = tuple(line for page in pages for line in page.lines)
    return json.dumps(
        {
            "pred": PAGE_BREAK.join(page.text for page in pages),
            "conf": PagePrediction(lines).confidence,
            "count": count,
            "pages": [_page_json(number, result) for number, result in results],
            **models_json(reader),
        }
    )


def _page_json(number: int, result: Reading | Exception) -> Json:
    if isinstance(result, Exception):
        return {"page": number, "error": problem_of(result)}
    return {"page": number, **as_json(result)}
