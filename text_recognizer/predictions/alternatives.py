"""Other texts that a line may have; like all results, they need only the standard library."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from text_recognizer.json_fields import read_field


@dataclass(frozen=True)
class TextAlternative:
    """A text that a line may have.

    ```python
    from text_recognizer.predictions.alternatives import TextAlternative

    print(TextAlternative("to be", 0.6).to_dict())
    ```

    Attributes:
        text: The whole text of the line.
        confidence: Probability that the line reads exactly so, 0-1.
    """

    text: str
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return the alternative as a JSON object."""
        return {"text": self.text, "confidence": self.confidence}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the alternative whose `to_dict` is `fields`.

        Raises:
            InvalidInputError: If a value is missing or of another type.
        """
        return cls(read_field(fields, "text", str), read_field(fields, "confidence", float))
