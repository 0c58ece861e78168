"""JSON tells the result of every page; other formats hold whole documents alone."""

import json
from collections.abc import Iterator

import numpy as np
import pytest
from flask import Flask
from werkzeug.exceptions import ServiceUnavailable

from api.documents.reading import PageResult
from api.documents.rendering import check_format, render_document
from api.models import Models
from api.recognition import Reading
from api.tests.conftest import LINES, FakeRecognizer
from text_recognizer import PagePrediction
from text_recognizer.errors import ImageDecodeError, ImageTooLargeError, InvalidInputError

READER = Models((FakeRecognizer(),)).reader("page")


PICTURE = np.full((20, 30), 200, np.uint8)
MOST = 200_000


def page(number: int) -> PageResult:
    prediction = PagePrediction(LINES, 30, 20, number=number)
    return number, Reading(prediction, "page", 200.0, 0.0, 0.1, 0.2, PICTURE)


def test_json_has_pages_and_errors() -> None:
    result = render_document([page(1), (2, ImageDecodeError("it is damaged"))], 5, READER, "json", MOST)
    fields = json.loads(result.body)
    assert (result.status, fields["count"], fields["pred"]) == (200, 5, "first line\nsecond")
    assert [each["page"] for each in fields["pages"]] == [1, 2]
    assert fields["pages"][1]["error"]["detail"] == "it is damaged"


def test_other_formats_name_the_page_that_is_missing() -> None:
    result = render_document([page(1), (2, ImageDecodeError("it is damaged."))], 5, READER, "text", MOST)
    assert (result.status, result.content_type) == (422, "application/problem+json")
    assert b"page 2 of the document" in result.body
    whole = render_document([page(1), page(2)], 2, READER, "text", MOST)
    assert whole.body == b"first line\nsecond\n\x0cfirst line\nsecond"


def test_an_unexpected_error_tells_nothing() -> None:
    with Flask(__name__).app_context():
        result = render_document([page(1), (2, RuntimeError("secret"))], 2, READER, "json", MOST)
    assert json.loads(result.body)["pages"][1]["error"]["status"] == 500
    assert b"secret" not in result.body


def test_without_a_single_page_its_error_is_that_of_the_document() -> None:
    with pytest.raises(ServiceUnavailable):
        render_document([(1, ServiceUnavailable("late"))], 1, READER, "json", MOST)


def test_a_format_of_one_page_takes_one() -> None:
    check_format("page", [3])
    check_format("pdf", [1, 2])
    with pytest.raises(InvalidInputError, match="holds one page; 2 are wanted"):
        check_format("page", [1, 2])
    with pytest.raises(InvalidInputError, match="png holds one page"):
        check_format("png", [1, 2])


def test_a_page_is_drawn_before_the_next_one_is_read() -> None:
    read: list[int] = []

    def pages() -> Iterator[PageResult]:
        for number in (1, 2):
            read.append(number)
            yield page(number)
        yield 3, ImageDecodeError("it is damaged.")
        read.append(4)

    with_error = render_document(pages(), 4, READER, "pdf", MOST)
    assert (with_error.status, read) == (422, [1, 2])
    assert b"page 3 of the document" in with_error.body
    whole = render_document([page(1), page(2)], 2, READER, "pdf", MOST)
    assert (whole.status, whole.content_type) == (200, "application/pdf")
    assert whole.body.count(b"/Type /Page ") == 2


def test_drawn_pages_are_bounded_in_bytes() -> None:
    with pytest.raises(ImageTooLargeError, match="more than 500 bytes"):
        render_document([page(1)], 1, READER, "pdf", 500)


def test_the_error_of_the_only_page_is_that_of_the_drawn_document() -> None:
    with pytest.raises(ServiceUnavailable):
        render_document([(1, ServiceUnavailable("late"))], 1, READER, "pdf", MOST)
