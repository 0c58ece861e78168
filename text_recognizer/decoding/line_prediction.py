"""Decoded line -> what people get: its text, words and characters at their places."""

from text_recognizer.decoding.confidences import word_spans
from text_recognizer.decoding.line_decoder import DecodedLine
from text_recognizer.predictions.single import TextAlternative
from text_recognizer.predictions.types import LinePrediction, TextSpan


def line_prediction(decoded: DecodedLine, columns: list[list[int]]) -> LinePrediction:
    """Return a line whose character i fills the columns `columns[i]` (x1, x2)."""
    text = decoded.text
    characters = [
        TextSpan(character, float(confidence), x1, x2)
        for character, confidence, (x1, x2) in zip(text, decoded.character_confidences, columns, strict=True)
    ]
    words = [
        TextSpan(text[first:end], float(confidence), columns[first][0], columns[end - 1][1])
        for (first, end), confidence in zip(word_spans(text), decoded.word_confidences, strict=True)
    ]
    alternatives = tuple(TextAlternative(*each) for each in decoded.alternatives)
    places = None, tuple(words), tuple(characters)
    return LinePrediction(
        text, decoded.confidence, *places, alternatives=alternatives, language=decoded.language
    )
