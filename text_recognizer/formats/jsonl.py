"""JSON Lines: one JSON object for each line of text, for pipelines that read line by line."""

from text_recognizer.formats.boxes import written_lines
from text_recognizer.formats.text import json_text
from text_recognizer.predictions.types import PagePrediction


def to_jsonl(*pages: PagePrediction) -> str:
    """Return an object on a line of its own for each line of text; empty for pages without text.

    It has the `image` of the page, the number of the `page`, the `number` of the line on it from 1 on, and
    what `LinePrediction.to_dict` has.
    """
    records = (
        {"image": page.image, "page": page.number, "number": number, **line.to_dict()}
        for page in pages
        for number, line in enumerate(written_lines(page), start=1)
    )
    return "\n".join(map(json_text, records))
