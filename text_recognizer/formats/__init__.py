"""What a recognized page can be written as: one function of `PagePrediction` to text for each format."""

from collections.abc import Callable
from dataclasses import dataclass

from text_recognizer.formats.alto import to_alto
from text_recognizer.formats.hocr import to_hocr
from text_recognizer.formats.json_text import to_json
from text_recognizer.formats.plain_text import to_text
from text_recognizer.types import PagePrediction


@dataclass(frozen=True)
class Format:
    """A way to write a page.

    Attributes:
        media_type: For the header Content-Type; the encoding is always UTF-8.
        suffix: Of file names, with its dot.
        render: Returns the document, without a newline behind it.
    """

    media_type: str
    suffix: str
    render: Callable[[PagePrediction], str]


# The media type of hOCR is the one that its authors use; browsers save it instead of showing it.
FORMATS = {
    "text": Format("text/plain", ".txt", to_text),
    "json": Format("application/json", ".json", to_json),
    "hocr": Format("text/vnd.hocr+html", ".hocr", to_hocr),
    "alto": Format("application/xml", ".xml", to_alto),
}
