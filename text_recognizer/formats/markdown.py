"""Markdown (CommonMark 0.31): the text in paragraphs, with the line breaks of the page."""

import math
import re
from itertools import pairwise

from text_recognizer.formats.boxes import line_polygon, page_box, written_lines
from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Points, Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction

_MARKUP = re.compile(
    r"[\\`*_\[\]<>&~|$]"
)  # of these, CommonMark or its usual extensions make markup anywhere
_BLOCK_START = re.compile(r"^([#+=:-]|\d{1,9}(?=[.)]))")  # and of these at the beginning of a line
_GAP_HEIGHTS = 1.0  # between the lines of a paragraph there is less than the height of a line


def to_markdown(*pages: PagePrediction) -> str:
    r"""Return the text as Markdown that shows every character as it was read.

    Lines of a paragraph end with a hard break (`\`). A new paragraph begins below a gap of the height of a
    line, and where the next line stands higher than the last one, as in the next column. Between
    pages stands a thematic break.
    """
    return "\n\n---\n\n".join(map(_page, pages))


def _page(page: PagePrediction) -> str:
    sheet = page_box(page)
    lines = written_lines(page)
    texts = [_escaped(line.text) for line in lines]
    joints = ["\n\n" if _is_apart(*pair, sheet) else "\\\n" for pair in pairwise(lines)]
    return "".join(text + joint for text, joint in zip(texts, [*joints, ""], strict=False))


def _is_apart(line: LinePrediction, following: LinePrediction, page: Region) -> bool:
    """Tell whether a paragraph ends between two lines, however the page is turned."""
    top, bottom = _reach(line_polygon(line, page), line.baseline)
    next_top, next_bottom = _reach(line_polygon(following, page), line.baseline)
    height = min(bottom - top, next_bottom - next_top)
    return next_top - bottom > _GAP_HEIGHTS * height or next_bottom <= top


def _reach(polygon: Points, baseline: Points) -> tuple[float, float]:
    """Return between which distances from a level baseline a polygon lies; they increase downwards."""
    (x1, y1), (x2, y2) = (baseline[0], baseline[-1]) if len(baseline) > 1 else ((0, 0), (1, 0))
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    distances = [((x2 - x1) * y - (y2 - y1) * x) / length for x, y in polygon]
    return min(distances), max(distances)


def _escaped(text: str) -> str:
    """Return a line whose characters no reader of Markdown takes for markup."""
    escaped = _MARKUP.sub(r"\\\g<0>", one_line(text).strip())
    return _BLOCK_START.sub(lambda start: f"{start[0]}\\" if start[0].isdigit() else f"\\{start[0]}", escaped)
