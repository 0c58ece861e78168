"""Formats that a recognized page can be written in: for each a function from `PagePrediction` to text."""

from collections.abc import Callable
from dataclasses import dataclass

from text_recognizer.formats.alto import to_alto
from text_recognizer.formats.hocr import to_hocr
from text_recognizer.formats.jsonl import to_jsonl
from text_recognizer.formats.markdown import to_markdown
from text_recognizer.formats.page_xml import to_page_xml
from text_recognizer.formats.text import to_json, to_text
from text_recognizer.formats.tsv import to_tsv
from text_recognizer.types import PagePrediction


@dataclass(frozen=True)
class Format:
    """A way to write a page.

    ```python
    from text_recognizer import LinePrediction, PagePrediction
    from text_recognizer.formats import FORMATS

    page = PagePrediction((LinePrediction("to be", 0.9),))
    for name, format_ in FORMATS.items():
        print(name, format_.suffix, format_.render(page)[:40])
    ```

    Attributes:
        media_type: For the header Content-Type; the encoding is always UTF-8.
        suffix: Ending of file names, with its dot.
        render: Returns the document, without a newline at its end.
        one_page: Whether a document holds one page only: two of them in one file would be none.
    """

    media_type: str
    suffix: str
    render: Callable[[PagePrediction], str]
    one_page: bool = False


# The media type of hOCR is the one that its authors use; browsers save it instead of showing it. That of PAGE
# is the one that OCR-D uses.
FORMATS = {
    "text": Format("text/plain", ".txt", to_text),
    "markdown": Format("text/markdown", ".md", to_markdown),
    "json": Format("application/json", ".json", to_json),
    "jsonl": Format("application/jsonl", ".jsonl", to_jsonl),
    "tsv": Format("text/tab-separated-values", ".tsv", to_tsv, one_page=True),
    "hocr": Format("text/vnd.hocr+html", ".hocr", to_hocr, one_page=True),
    "alto": Format("application/xml", ".xml", to_alto, one_page=True),
    "page": Format("application/vnd.prima.page+xml", ".page.xml", to_page_xml, one_page=True),
}
