"""Frozen result types that every surface (Python, command, HTTP) shares."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Region:
    """An axis-aligned box in pixels of the input image; `x2`, `y2` are exclusive."""

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.x2 - self.x1

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.y2 - self.y1

    def to_dict(self) -> dict[str, int]:
        """Return the four coordinates as a JSON object."""
        return {"x1": self.x1, "y1": self.y1, "x2": self.x2, "y2": self.y2}


@dataclass(frozen=True)
class CharacterPrediction:
    """One recognized character.

    Attributes:
        character: A string of length 1.
        confidence: Softmax probability of that class, 0-1.
    """

    character: str
    confidence: float


@dataclass(frozen=True)
class TextSpan:
    """A character or a word of a line, and the columns of the image that it fills.

    Attributes:
        text: The character or the word.
        confidence: 0-1, the probability that it is right.
        x1: First column, in pixels of the image of the line, or of the page where the line has a region.
        x2: The column behind the last one.
    """

    text: str
    confidence: float
    x1: int
    x2: int

    def to_dict(self) -> dict[str, Any]:
        """Return the span as a JSON object."""
        return {"text": self.text, "confidence": self.confidence, "x1": self.x1, "x2": self.x2}


@dataclass(frozen=True)
class LinePrediction:
    """One recognized line of text.

    Attributes:
        text: The recognized text; may be empty.
        confidence: 0-1, see `text_recognizer.decoding`.
        region: Where the line stands on its page; None for a lone line image.
        words: What stands between the spaces of `text`, left to right; empty where places are not known.
        characters: All characters of `text`, spaces included; empty where places are not known.
    """

    text: str
    confidence: float
    region: Region | None = None
    words: tuple[TextSpan, ...] = ()
    characters: tuple[TextSpan, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the prediction as a JSON object; its smallest parts are words."""
        region = None if self.region is None else self.region.to_dict()
        words = [word.to_dict() for word in self.words]
        return {"text": self.text, "confidence": self.confidence, "region": region, "words": words}


@dataclass(frozen=True)
class PagePrediction:
    r"""The recognized text of a page.

    Attributes:
        lines: Lines in reading order, top to bottom.
        width: Width of the page's image in pixels, which the regions refer to; None if unknown.
        height: Its height.
    """

    lines: tuple[LinePrediction, ...]
    width: int | None = None
    height: int | None = None

    @property
    def text(self) -> str:
        r"""Text of all lines, joined by one `\n` each; empty if there is no line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def confidence(self) -> float:
        """Mean line confidence weighted by text length, 0-1; 0 for an empty page."""
        characters = sum(len(line.text) for line in self.lines)
        if characters == 0:
            return 0.0
        return sum(line.confidence * len(line.text) for line in self.lines) / characters

    def to_dict(self) -> dict[str, Any]:
        """Return the prediction as a JSON object."""
        return {
            "text": self.text,
            "confidence": self.confidence,
            "width": self.width,
            "height": self.height,
            "lines": [line.to_dict() for line in self.lines],
        }
