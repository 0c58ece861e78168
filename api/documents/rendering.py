"""What was read of a document -> the response, which a job keeps until it is asked for."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from api.documents.reading import PageResult
from api.errors import problem_of
from api.pictures import draw_pages
from api.recognition import Reader, Reading
from api.responses import Json, as_json, content_type, models_json
from text_recognizer.arrays import GrayImage
from text_recognizer.errors import InvalidInputError
from text_recognizer.formats import ALL_FORMATS, FORMATS, PICTURE_FORMATS
from text_recognizer.predictions.types import PAGE_BREAK, PagePrediction

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
    if ALL_FORMATS[format_].one_page and len(numbers) > 1:
        raise InvalidInputError(
            f"The format {format_} holds one page; {len(numbers)} are wanted. Choose one with ?pages=."
        )


class _PageError(Exception):
    """A page could not be read, so that a document in this format would lack it."""

    def __init__(self, number: int, error: Exception) -> None:
        super().__init__()
        self.number, self.error = number, error


def render_document(
    pages: Iterable[PageResult], count: int, reader: Reader, format_: str, max_bytes: int
) -> Rendered:
    """Return the response for pages of a document.

    Args:
        pages: Those that are wanted, with their pictures if the format shows them: then each is written
            before the next one is read.
        count: How many the document has.
        reader: What read them.
        format_: A key of `ALL_FORMATS`. All but JSON need every page to have been read.
        max_bytes: Size of a response that shows pages.

    Raises:
        Exception: That of the first page, if no page was read.
        ImageTooLargeError: If a response that shows pages would be larger.
    """
    if format_ in PICTURE_FORMATS:
        return _drawn(pages, count, format_, max_bytes)
    results = list(pages)
    errors = [(number, result) for number, result in results if isinstance(result, Exception)]
    if len(errors) == len(results):
        raise errors[0][1]
    if format_ == "json":
        return Rendered(200, FORMATS["json"].media_type, _json(results, count, reader).encode())
    if errors:
        number, error = errors[0]
        return rendered_problem(error, _CHOOSE.format(number))
    read = [result.page for _, result in results if isinstance(result, Reading)]
    return Rendered(200, content_type(format_), FORMATS[format_].render(*read).encode())


def _drawn(pages: Iterable[PageResult], count: int, format_: str, max_bytes: int) -> Rendered:
    try:
        return Rendered(200, content_type(format_), draw_pages(format_, _pictures(pages), max_bytes))
    except _PageError as missing:
        if count == 1:
            raise missing.error from None
        return rendered_problem(missing.error, _CHOOSE.format(missing.number))


def _pictures(pages: Iterable[PageResult]) -> Iterator[tuple[PagePrediction, GrayImage]]:
    """Yield pages with their images (H, W), until one could not be read."""
    for number, result in pages:
        if isinstance(result, Exception):
            raise _PageError(number, result)
        if result.picture is not None:
            yield result.page, result.picture


def rendered_problem(error: Exception, remark: str = "") -> Rendered:
    """Return the problem object of an error as a response, with a remark behind its detail."""
    problem = problem_of(error)
    problem["detail"] += remark
    return Rendered(problem["status"], PROBLEM_TYPE, json.dumps(problem).encode())


def _json(results: Sequence[PageResult], count: int, reader: Reader) -> str:
    pages = [result.page for _, result in results if isinstance(result, Reading)]
    whole = PagePrediction(tuple(line for page in pages for line in page.lines))
    return json.dumps(
        {
            "pred": PAGE_BREAK.join(page.text for page in pages),
            "conf": whole.confidence,
            "language": whole.language,
            "count": count,
            "pages": [_page_json(number, result) for number, result in results],
            **models_json(reader),
        }
    )


def _page_json(number: int, result: Reading | Exception) -> Json:
    if isinstance(result, Exception):
        return {"page": number, "error": problem_of(result)}
    return {"page": number, **as_json(result)}
