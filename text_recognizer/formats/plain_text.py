"""Plain text."""

from text_recognizer.formats.characters import one_line
from text_recognizer.types import PagePrediction


def to_text(page: PagePrediction) -> str:
    r"""Return the text of the lines, joined by one `\n` each; empty for a page without lines."""
    return "\n".join(one_line(line.text) for line in page.lines)
