import pytest

from text_recognizer.page_review import reviewed
from text_recognizer.page_warnings import PageWarning
from text_recognizer.types import LinePrediction, PagePrediction

SURE, DOUBTFUL = LinePrediction("to be", 0.95), LinePrediction("xq vv", 0.4)


def codes(page: PagePrediction) -> list[str]:
    return [warning.code for warning in page.warnings]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (PagePrediction((SURE,)), []),
        (PagePrediction(()), ["no_text"]),
        (PagePrediction((LinePrediction(" ", 0.9),)), ["no_text"]),
        (PagePrediction((SURE, DOUBTFUL, DOUBTFUL)), ["low_confidence"]),
        (PagePrediction((SURE,), complete=False), ["incomplete"]),
        (PagePrediction((), complete=False), ["incomplete"]),
    ],
)
def test_what_was_read_decides_about_the_warnings(page: PagePrediction, expected: list[str]) -> None:
    assert codes(reviewed(page)) == expected


def test_a_page_keeps_the_warnings_that_it_has() -> None:
    page = PagePrediction((SURE,), warnings=(PageWarning("turned", "It was turned."),))
    assert codes(reviewed(page, greedy_lines=1)) == ["turned", "without_language_model"]
    assert "1 line was read" in reviewed(page, greedy_lines=1).warnings[1].message


def test_the_lines_that_were_read_in_time_are_counted() -> None:
    (warning,) = reviewed(PagePrediction((SURE, SURE), complete=False)).warnings
    assert "first 2 lines were read" in warning.message
