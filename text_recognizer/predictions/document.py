"""A recognized document: the pages of a file. Like the types of a page, it needs no other library."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from text_recognizer.json_fields import read_field
from text_recognizer.predictions.languages import Language
from text_recognizer.predictions.types import PAGE_BREAK, PagePrediction
from text_recognizer.predictions.writable import Writable


@dataclass(frozen=True)
class PageFailure:
    """A page, or a whole file, that could not be read.

    ```python
    from text_recognizer.predictions.document import PageFailure

    print(PageFailure(3, "The image file is damaged.").to_dict())
    ```

    Attributes:
        number: Number of the page, from 1 on; None if it is the file.
        reason: What is wrong.
    """

    number: int | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the failure as a JSON object."""
        return {"page": self.number, "reason": self.reason}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the failure whose `to_dict` is `fields`.

        Raises:
            InvalidInputError: If a value is missing or of another type.
        """
        number = None if fields.get("page") is None else read_field(fields, "page", int)
        return cls(number, read_field(fields, "reason", str))


@dataclass(frozen=True)
class DocumentPrediction(Writable):
    r"""The recognized text of a file: an image, a TIFF of several pages, or a PDF.

    ```python
    from text_recognizer import DocumentPrediction, LinePrediction, PagePrediction

    pages = (PagePrediction((LinePrediction("To be", 0.9),)), PagePrediction((), number=2))
    document = DocumentPrediction(pages, "letter.pdf")
    print(document.text)
    print(DocumentPrediction.from_dict(document.to_dict()) == document)
    document.save(f"{folder}/letter.hocr")
    ```

    Attributes:
        pages: Those that were read, in their order.
        source: Name of the file; None if unknown.
        failures: Pages that could not be read, or the file itself.
    """

    pages: tuple[PagePrediction, ...]
    source: str | None = None
    failures: tuple[PageFailure, ...] = ()

    def as_pages(self) -> tuple[PagePrediction, ...]:
        """Return the pages."""
        return self.pages

    @property
    def text(self) -> str:
        r"""Text of all pages, joined by `\n\f` each."""
        return PAGE_BREAK.join(page.text for page in self.pages)

    @property
    def confidence(self) -> float:
        """Mean of the lines' confidences weighted by the lengths of their texts, 0-1; 0 without text."""
        return self._joined().confidence

    @property
    def language(self) -> Language | None:
        """The language of most of the text, None if that has none."""
        return self._joined().language

    def _joined(self) -> PagePrediction:
        """Return the lines of all pages as those of one."""
        return PagePrediction(tuple(line for page in self.pages for line in page.lines))

    def to_dict(self) -> dict[str, Any]:
        """Return the document as a JSON object, with the whole text, its confidence and its language."""
        return {
            "source": self.source,
            "text": self.text,
            "confidence": self.confidence,
            "language": self.language,
            "pages": [page.to_dict() for page in self.pages],
            "failures": [failure.to_dict() for failure in self.failures],
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the document whose `to_dict` is `fields`, or one of the page whose `to_dict` it is.

        Raises:
            InvalidInputError: If `pages` is missing, or a value is of another type.
        """
        if "pages" not in fields and "lines" in fields:
            page = PagePrediction.from_dict(fields)
            return cls(page.as_pages(), page.image)
        pages = tuple(PagePrediction.from_dict(page) for page in read_field(fields, "pages", list))
        source = None if fields.get("source") is None else read_field(fields, "source", str)
        failures = read_field(fields, "failures", list, [])
        return cls(pages, source, tuple(PageFailure.from_dict(failure) for failure in failures))
