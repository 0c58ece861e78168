"""JSON (RFC 8259)."""

import json

from text_recognizer.types import PagePrediction


def to_json(page: PagePrediction) -> str:
    """Return `page.to_dict()` as a JSON object on one line."""
    text = json.dumps(page.to_dict(), ensure_ascii=False, allow_nan=False)
    # A lone surrogate has no UTF-8; Python's escape of it is JSON's as well.
    return text.encode("utf-8", "backslashreplace").decode()
