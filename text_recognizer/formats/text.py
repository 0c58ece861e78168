"""Plain text and JSON (RFC 8259), and which characters a document can hold."""

import json
import re
from typing import Any

from text_recognizer.predictions.document import DocumentPrediction
from text_recognizer.predictions.types import PAGE_BREAK, PagePrediction

# XML 1.0 (production [2]) forbids C0, surrogates, U+FFFE and U+FFFF; HTML also C1 and U+FDD0-FDEF.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]")


def one_line(text: str) -> str:
    """Return `text` as one line that XML, HTML and UTF-8 can hold: breaks become spaces, controls vanish."""
    return _FORBIDDEN.sub("", _BREAKS.sub(" ", text))


def to_text(*pages: PagePrediction) -> str:
    r"""Return the text of the lines that have any, joined by one `\n` each; between pages stands `\n\f`."""
    return PAGE_BREAK.join(
        "\n".join(text for line in page.lines if (text := one_line(line.text)).strip()) for page in pages
    )


def to_json(*pages: PagePrediction) -> str:
    """Return `to_dict()` of the page, or of the document of several pages, as a JSON object on one line."""
    if len(pages) == 1:
        return json_text(pages[0].to_dict())
    return json_text(DocumentPrediction(pages, pages[0].image if pages else None).to_dict())


def json_text(value: dict[str, Any]) -> str:
    """Return an object as JSON on one line, which has a form in UTF-8."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # A lone surrogate has no UTF-8; Python's escape of it is JSON's as well.
    return text.encode("utf-8", "backslashreplace").decode()
