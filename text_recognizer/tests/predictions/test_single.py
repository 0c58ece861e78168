import json

import pytest

from text_recognizer import LinePrediction
from text_recognizer.errors import InvalidInputError
from text_recognizer.predictions.single import CharacterPrediction, TextAlternative, WordPrediction

LINE = LinePrediction(
    "to be", 0.9, alternatives=(TextAlternative("to be", 0.6), TextAlternative("to bee", 0.2))
)


@pytest.mark.parametrize(
    "value", [CharacterPrediction("é", 0.1), WordPrediction("exit", 0.2), TextAlternative("to be", 0.6)]
)
def test_every_type_survives_json(value: CharacterPrediction | TextAlternative) -> None:
    fields = json.loads(json.dumps(value.to_dict()))
    assert type(value).from_dict(fields) == value
    with pytest.raises(InvalidInputError, match="confidence"):
        type(value).from_dict({**fields, "confidence": "high"})


def test_a_word_is_no_alternative() -> None:
    word = WordPrediction("exit", 0.2)
    assert repr(word) == "WordPrediction(text='exit', confidence=0.2)"
    assert word != TextAlternative("exit", 0.2)


def test_a_line_keeps_its_alternatives() -> None:
    fields = LINE.to_dict()
    assert fields["alternatives"][1] == {"text": "to bee", "confidence": 0.2}
    assert LinePrediction.from_dict(fields) == LINE
    del fields["alternatives"]
    assert LinePrediction.from_dict(fields).alternatives == ()
