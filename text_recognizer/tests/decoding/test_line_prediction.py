"""Words and characters of a line stand at the columns of their characters."""

import numpy as np

from text_recognizer.decoding.line_decoder import DecodedLine
from text_recognizer.decoding.line_prediction import line_prediction
from text_recognizer.predictions.single import TextAlternative
from text_recognizer.predictions.types import TextSpan


def test_words_reach_from_their_first_to_their_last_character() -> None:
    decoded = DecodedLine(
        "to b",
        0.8,
        np.array([0.9, 0.8, 0.7, 0.6]),
        np.array([0.72, 0.6]),
        np.zeros((4, 2)),
        alternatives=(("to b", 0.5), ("to be", 0.25)),
        language="en",
    )
    line = line_prediction(decoded, [[0, 10], [10, 19], [19, 25], [25, 40]])
    assert (line.text, line.confidence, line.language) == ("to b", 0.8, "en")
    assert line.words == (TextSpan("to", 0.72, 0, 19), TextSpan("b", 0.6, 25, 40))
    assert line.characters[1] == TextSpan("o", 0.8, 10, 19)
    assert line.alternatives == (TextAlternative("to b", 0.5), TextAlternative("to be", 0.25))
