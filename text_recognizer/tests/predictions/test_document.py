"""Documents are what their pages say; JSON keeps them."""

import json
from dataclasses import replace

import pytest

from text_recognizer import DocumentPrediction, InvalidInputError, LinePrediction, PagePrediction
from text_recognizer.predictions.document import PageFailure

FIRST = PagePrediction((LinePrediction("to be", 0.9),), 10, 20, image="a.pdf")
SECOND = PagePrediction((LinePrediction("or not", 0.6),), image="a.pdf", number=3)
DOCUMENT = DocumentPrediction(
    (FIRST, SECOND), "a.pdf", (PageFailure(2, "damaged"), PageFailure(None, "no file"))
)


def test_text_and_confidence_are_those_of_the_pages() -> None:
    assert DOCUMENT.text == "to be\n\for not"
    assert DOCUMENT.confidence == pytest.approx((5 * 0.9 + 6 * 0.6) / 11)
    assert DocumentPrediction(()).text == ""
    assert DocumentPrediction(()).confidence == 0.0
    assert DOCUMENT.as_pages() == (FIRST, SECOND)


def test_json_keeps_everything() -> None:
    fields = json.loads(json.dumps(DOCUMENT.to_dict()))
    assert DocumentPrediction.from_dict(fields) == DOCUMENT
    assert fields["pages"][1]["page"] == 3
    del fields["failures"], fields["source"]
    assert DocumentPrediction.from_dict(fields) == replace(DOCUMENT, failures=(), source=None)


def test_a_page_is_a_document_of_one_page() -> None:
    assert DocumentPrediction.from_dict(FIRST.to_dict()) == DocumentPrediction((FIRST,), "a.pdf")


@pytest.mark.parametrize("fields", [{}, {"pages": 3}, {"pages": [{}]}, {"pages": [], "failures": [{}]}])
def test_what_is_no_document_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError, match="Expected"):
        DocumentPrediction.from_dict(fields)
