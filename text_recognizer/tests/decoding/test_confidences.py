"""Which confidence a line and its words get."""

import pytest

from text_recognizer.decoding.calibration import Calibration, Calibrations
from text_recognizer.decoding.confidences import is_numeric, line_confidence, word_spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.50", True),
        ("SW1A 2AA", True),
        ("12 May 1931", True),
        ("on 12 May", False),
        ("Monday", False),
        ("", False),
    ],
)
def test_a_line_is_numeric_if_half_of_its_words_have_digits(text: str, expected: bool) -> None:
    assert is_numeric(text) == expected


@pytest.mark.parametrize(
    ("text", "spans"), [("", []), ("  ", []), ("a", [(0, 1)]), (" ab  c ", [(1, 3), (5, 6)])]
)
def test_word_spans(text: str, spans: list[tuple[int, int]]) -> None:
    assert word_spans(text) == spans


def test_a_line_without_text_keeps_its_probability() -> None:
    assert line_confidence("", 0.0, Calibrations(line=Calibration(1, -5)), 0.5) == 1.0
