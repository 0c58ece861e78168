import json

import pytest

from text_recognizer.errors import InvalidInputError
from text_recognizer.predictions.single import CharacterPrediction, WordPrediction


@pytest.mark.parametrize("value", [CharacterPrediction("é", 0.1), WordPrediction("exit", 0.2)])
def test_every_type_survives_json(value: CharacterPrediction | WordPrediction) -> None:
    fields = json.loads(json.dumps(value.to_dict()))
    assert type(value).from_dict(fields) == value
    with pytest.raises(InvalidInputError, match="confidence"):
        type(value).from_dict({**fields, "confidence": "high"})
