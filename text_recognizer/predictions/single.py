"""Results that are a single text: of a character, a word, a line; they need only the standard library."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from text_recognizer.json_fields import read_field


@dataclass(frozen=True)
class CharacterPrediction:
    """One recognized character.

    ```python
    from text_recognizer import CharacterPrediction

    print(CharacterPrediction("a", 0.97).to_dict())
    ```

    Attributes:
        character: A string of length 1.
        confidence: Softmax probability of that class, 0-1.
    """

    character: str
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return the prediction as a JSON object."""
        return {"character": self.character, "confidence": self.confidence}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the prediction whose `to_dict` is `fields`.

        Raises:
            InvalidInputError: If a value is missing or of another type.
        """
        return cls(read_field(fields, "character", str), read_field(fields, "confidence", float))


@dataclass(frozen=True)
class TextAlternative:
    """A text that an image may show.

    ```python
    from text_recognizer.predictions.single import TextAlternative

    print(TextAlternative("to be", 0.6).to_dict())
    ```

    Attributes:
        text: May be empty.
        confidence: Probability that the whole text is right, 0-1.
    """

    text: str
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return the text as a JSON object."""
        return {"text": self.text, "confidence": self.confidence}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the text whose `to_dict` is `fields`.

        Raises:
            InvalidInputError: If a value is missing or of another type.
        """
        return cls(read_field(fields, "text", str), read_field(fields, "confidence", float))


class WordPrediction(TextAlternative):
    """One recognized word: the text that its image shows most probably.

    ```python
    from text_recognizer import WordPrediction

    print(WordPrediction("exit", 0.93).to_dict())
    ```
    """
