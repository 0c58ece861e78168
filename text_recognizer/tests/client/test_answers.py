"""What responses say, and responses that are none of the service."""

from typing import Any

import pytest

from text_recognizer.client import ServiceError
from text_recognizer.client.answers import answer_of, answers_of_batch, document_answer, parsed
from text_recognizer.errors import RemoteError
from text_recognizer.predictions.document import PageFailure

MODEL = {"model": {"name": "Lines", "sha256": "a" * 64}}
LINE = {"text": "to be", "confidence": 0.9}
ERROR = {"status": 422, "detail": "It is damaged."}


def test_a_document_has_pages_and_failures_with_their_numbers() -> None:
    pages = [{"page": 2, "lines": [LINE]}, {"page": 3, "error": ERROR}]
    answer = document_answer({"count": 5, "pages": pages, **MODEL})
    assert (answer.count, answer.model, answer.document.text) == (5, "Lines", "to be")
    assert [page.number for page in answer.document.pages] == [2]
    assert answer.document.failures == (PageFailure(3, "It is damaged."),)


@pytest.mark.parametrize(
    "response",
    [
        None,
        [],
        {"pages": []},
        {"count": 1, "pages": [5], **MODEL},
        {"count": 1, "pages": [{"page": 1}], **MODEL},
        {"count": 1, "pages": [{"page": 1, "error": "x"}], **MODEL},
        {"count": "1", "pages": [], **MODEL},
        {"count": 1, "pages": []},
    ],
)
def test_what_is_no_document(response: Any) -> None:
    with pytest.raises(RemoteError, match="Check the address"):
        document_answer(response)


def test_a_batch_has_answers_and_errors() -> None:
    good, bad = answers_of_batch({"results": [{"lines": [LINE]}, {"error": ERROR}], **MODEL})
    assert good == answer_of({"lines": [LINE], **MODEL})
    assert isinstance(bad, ServiceError)
    assert (bad.status, str(bad)) == (422, "It is damaged.")


def test_what_is_no_json() -> None:
    with pytest.raises(RemoteError, match="Check the address"):
        parsed(b"<html>")
