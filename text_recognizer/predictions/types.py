"""Results of recognition, the same for Python, the command and HTTP; they need only the standard library.

`to_dict` gives what JSON can hold, and `from_dict` makes an equal object of it again. `from_dict` ignores
keys that it does not know, so that responses of a newer service can be read; a value that is missing, or of
another type, is an `InvalidInputError` that names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, get_args

from text_recognizer.errors import InvalidInputError
from text_recognizer.geometry import Points, Region, points_from_json, points_to_json
from text_recognizer.json_fields import read_choice, read_field
from text_recognizer.predictions.languages import LANGUAGES, Language, main_language
from text_recognizer.predictions.page_warnings import PageWarning
from text_recognizer.predictions.single import TextAlternative
from text_recognizer.predictions.writable import Writable

PAGE_BREAK = (
    "\n\f"  # behind the text of a page that another one follows, as in Tesseract's and Poppler's texts
)

LineKind = Literal["handwriting", "print"]
LINE_KINDS: tuple[LineKind, ...] = get_args(LineKind)


@dataclass(frozen=True)
class TextSpan:
    """A character or a word of a line, and where it stands.

    ```python
    from text_recognizer.predictions.types import TextSpan

    word = TextSpan("be", 0.9, 30, 50, polygon=((30, 12), (50, 14), (50, 34), (30, 32)))
    print(word.to_dict())
    ```

    Attributes:
        text: The character or the word.
        confidence: Probability that it is right, 0-1.
        x1: First column, in pixels of the image of the line, or of the page if the line has a region.
        x2: The column behind the last one.
        polygon: What holds its ink and follows the slope of the line, clockwise from the top left; empty for
            an image of a single line.
    """

    text: str
    confidence: float
    x1: int
    x2: int
    polygon: Points = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the span as a JSON object."""
        return {
            "text": self.text,
            "confidence": self.confidence,
            "x1": self.x1,
            "x2": self.x2,
            "polygon": points_to_json(self.polygon),
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the span whose `to_dict` is `fields`; the polygon may be absent.

        Raises:
            InvalidInputError: If a value is missing or of another type.
        """
        return cls(
            read_field(fields, "text", str),
            read_field(fields, "confidence", float),
            read_field(fields, "x1", int),
            read_field(fields, "x2", int),
            points_from_json(fields.get("polygon", [])),
        )


@dataclass(frozen=True)
class LinePrediction:
    """One recognized line of text.

    ```python
    from text_recognizer import LinePrediction, Region

    line = LinePrediction("to be", 0.9, Region(5, 0, 80, 20))
    print(line.to_dict()["region"]["x2"])
    print(LinePrediction.from_dict(line.to_dict()) == line)
    ```

    Attributes:
        text: The recognized text; may be empty.
        confidence: 0-1, see `text_recognizer.decoding.line_decoder.LineDecoder`.
        region: Where the line stands on its page; None for an image of a single line.
        words: What stands between the spaces of `text`, left to right; empty if places are unknown.
        characters: All characters of `text`, spaces included; empty if places are unknown.
        baseline: On what the letters stand, from left to right, in pixels of the page: two points of a
            straight line, more of a curved one; empty if unknown.
        polygon: What holds the ink of the line and follows its slope, clockwise from the top left; empty if
            unknown.
        kind: `handwriting` or `print`; None if nobody looked.
        alternatives: The most probable texts, the line's own first; empty unless they were asked for.
        language: Of the language model that helped to read it; None for none, or the neutral one.
    """

    text: str
    confidence: float
    region: Region | None = None
    words: tuple[TextSpan, ...] = ()
    characters: tuple[TextSpan, ...] = ()
    baseline: Points = ()
    polygon: Points = ()
    kind: LineKind | None = None
    alternatives: tuple[TextAlternative, ...] = ()
    language: Language | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the line as a JSON object; each character is an array [text, confidence, x1, x2, polygon].

        Arrays, because a page has a thousand characters: objects would double the size of its JSON.
        """
        return {
            "text": self.text,
            "confidence": self.confidence,
            "region": None if self.region is None else self.region.to_dict(),
            "words": [word.to_dict() for word in self.words],
            "characters": [list(span.to_dict().values()) for span in self.characters],
            "baseline": points_to_json(self.baseline),
            "polygon": points_to_json(self.polygon),
            "kind": self.kind,
            "alternatives": [each.to_dict() for each in self.alternatives],
            "language": self.language,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the line whose `to_dict` is `fields`; all but text and confidence may be absent.

        Raises:
            InvalidInputError: If text or confidence is missing, or a value is of another type.
        """
        text, confidence = read_field(fields, "text", str), read_field(fields, "confidence", float)
        region = fields.get("region")
        return cls(
            text,
            confidence,
            None if region is None else Region.from_dict(region),
            tuple(TextSpan.from_dict(word) for word in read_field(fields, "words", list, [])),
            tuple(_span_of_row(row) for row in read_field(fields, "characters", list, [])),
            points_from_json(fields.get("baseline", [])),
            points_from_json(fields.get("polygon", [])),
            read_choice(fields, "kind", LINE_KINDS),
            tuple(map(TextAlternative.from_dict, read_field(fields, "alternatives", list, []))),
            read_choice(fields, "language", LANGUAGES),
        )


@dataclass(frozen=True)
class PagePrediction(Writable):
    r"""The recognized text of a page.

    ```python
    from text_recognizer import LinePrediction, PagePrediction

    page = PagePrediction((LinePrediction("To be, or", 0.9), LinePrediction("not", 0.5)), 640, 480)
    print(page.text)
    print(round(page.confidence, 2))  # (9 * 0.9 + 3 * 0.5) / 12 = 0.8
    print(PagePrediction.from_dict(page.to_dict()) == page)
    ```

    Attributes:
        lines: Lines in reading order.
        width: Width in pixels of the image that the regions refer to; None if unknown.
        height: Its height in pixels.
        complete: Whether all lines were read; False if the time of a `Budget` did not suffice.
        image: Name of the image file; None if unknown.
        warnings: What was not read, or may be wrong; as a rule nothing.
        number: Which page of its document it is, from 1 on.
        following: The pages behind it, of a file that was read as one; text, confidence and language are of
            all of them, while lines and sizes are of this page.
    """

    lines: tuple[LinePrediction, ...]
    width: int | None = None
    height: int | None = None
    complete: bool = True
    image: str | None = None
    warnings: tuple[PageWarning, ...] = ()
    number: int = 1
    following: "tuple[PagePrediction, ...]" = ()

    def as_pages(self) -> "tuple[PagePrediction, ...]":
        """Return this page alone, then those that follow it."""
        return (replace(self, following=()) if self.following else self, *self.following)

    @property
    def text(self) -> str:
        r"""Text of all lines, joined by one `\n` each, pages by `\n\f`; empty if there is no line."""
        own = "\n".join(line.text for line in self.lines)
        return PAGE_BREAK.join((own, *(page.text for page in self.following)))

    @property
    def confidence(self) -> float:
        """Mean of the lines' confidences weighted by the lengths of their texts, 0-1; 0 without text."""
        lines = self._all_lines()
        characters = sum(len(line.text) for line in lines)
        if characters == 0:
            return 0.0
        return sum(line.confidence * len(line.text) for line in lines) / characters

    @property
    def language(self) -> Language | None:
        """The language of most of the text, None if that has none."""
        return main_language((line.language, len(line.text)) for line in self._all_lines())

    def _all_lines(self) -> tuple[LinePrediction, ...]:
        """Return the lines of this page and of those that follow it."""
        return self.lines + tuple(line for page in self.following for line in page.lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the page as a JSON object, with the whole text; `following` only if there are such pages."""
        return {
            "image": self.image,
            "page": self.number,
            "text": self.text,
            "confidence": self.confidence,
            "language": self.language,
            "width": self.width,
            "height": self.height,
            "complete": self.complete,
            "warnings": [warning.to_dict() for warning in self.warnings],
            "lines": [line.to_dict() for line in self.lines],
            **({"following": [page.to_dict() for page in self.following]} if self.following else {}),
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the page whose `to_dict` is `fields`; text, confidence and language follow from its lines.

        Raises:
            InvalidInputError: If `lines` is missing, or a value is of another type.
        """
        lines = tuple(LinePrediction.from_dict(line) for line in read_field(fields, "lines", list))
        width, height = (
            None if fields.get(name) is None else read_field(fields, name, int)
            for name in ("width", "height")
        )
        image = None if fields.get("image") is None else read_field(fields, "image", str)
        warnings = tuple(PageWarning.from_dict(each) for each in read_field(fields, "warnings", list, []))
        complete, number = read_field(fields, "complete", bool, True), read_field(fields, "page", int, 1)
        following = tuple(map(PagePrediction.from_dict, read_field(fields, "following", list, [])))
        return cls(lines, width, height, complete, image, warnings, number, following)


def _span_of_row(row: Any) -> TextSpan:
    """Return the span of an array [text, confidence, x1, x2, polygon], or of one without the polygon."""
    if not isinstance(row, list):
        raise InvalidInputError(f"Expected [text, confidence, x1, x2, polygon]; received {str(row)[:80]!r}.")
    names = ("text", "confidence", "x1", "x2", "polygon")
    return TextSpan.from_dict(dict(zip(names, row, strict=False)))
