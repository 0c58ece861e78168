"""Alternatives of a line survive JSON; those of older results are absent."""

import pytest

from text_recognizer import LinePrediction
from text_recognizer.errors import InvalidInputError
from text_recognizer.predictions.alternatives import TextAlternative

LINE = LinePrediction(
    "to be", 0.9, alternatives=(TextAlternative("to be", 0.6), TextAlternative("to bee", 0.2))
)


def test_a_line_keeps_its_alternatives() -> None:
    fields = LINE.to_dict()
    assert fields["alternatives"][1] == {"text": "to bee", "confidence": 0.2}
    assert LinePrediction.from_dict(fields) == LINE
    del fields["alternatives"]
    assert LinePrediction.from_dict(fields).alternatives == ()


def test_what_is_none() -> None:
    with pytest.raises(InvalidInputError, match="confidence"):
        TextAlternative.from_dict({"text": "to be"})
