"""What every format needs: lines with text, and a box and polygon for the page and each line and word."""

import math
from pathlib import PurePath

from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Points, Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction, TextSpan

_UNKNOWN_IMAGE = "image"  # readers of ALTO and PAGE refuse documents that name no image


def image_name(page: PagePrediction) -> str:
    """Return the name of the page's image without its folder; `image` if unknown."""
    return one_line(PurePath(page.image or "").name) or _UNKNOWN_IMAGE


def written_lines(page: PagePrediction) -> list[LinePrediction]:
    """Return the lines that documents hold: those with text."""
    return [line for line in page.lines if one_line(line.text).strip()]


def page_box(page: PagePrediction) -> Region:
    """Return the box of the whole page; if its size is unknown, the smallest one that holds all lines."""
    regions = [line.region for line in page.lines if line.region is not None]
    width = page.width or max((region.x2 for region in regions), default=0)
    height = page.height or max((region.y2 for region in regions), default=0)
    return Region(0, 0, width, height)


def text_angle(baseline: Points) -> int | None:
    """Return the direction of a text that does not run from left to right; None for one that does.

    >>> text_angle(((0, 50), (90, 40))), text_angle(((20, 90), (20, 0))), text_angle(((20, 0), (20, 90)))
    (None, 90, 270)

    Args:
        baseline: Two points or more, from the begin of the text to its end.

    Returns:
        Degrees, counter-clockwise, 0-359.
    """
    (x1, y1), (x2, y2) = baseline[0], baseline[-1]
    if x2 - x1 > abs(y2 - y1):
        return None
    return round(math.degrees(math.atan2(y1 - y2, x2 - x1))) % 360


def line_polygon(line: LinePrediction, page: Region) -> Points:
    """Return the polygon of a line: its own, else its region; if it has neither, it is the whole page."""
    return line.polygon or (line.region or page).corners


def line_box(line: LinePrediction, page: Region) -> Region:
    """Return the box around the polygon of a line."""
    return Region.around(line_polygon(line, page))


def word_polygon(word: TextSpan, line: Region) -> Points:
    """Return the polygon of a word: its own, else its columns within the box of the line."""
    return word.polygon or word_box(word, line).corners


def word_box(word: TextSpan, line: Region) -> Region:
    """Return the box around the polygon of a word.

    Without a polygon it is as high as the line, within it, and 1 pixel wide at least.
    """
    if word.polygon:
        return Region.around(word.polygon)
    x1 = min(max(word.x1, line.x1), line.x2 - 1)
    return Region(x1, line.y1, max(min(word.x2, line.x2), x1 + 1), line.y2)


def union(boxes: list[Region]) -> Region:
    """Return the smallest box around all of at least one box."""
    return Region(
        min(box.x1 for box in boxes),
        min(box.y1 for box in boxes),
        max(box.x2 for box in boxes),
        max(box.y2 for box in boxes),
    )


def points_text(points: Points) -> str:
    """Return points as `x,y x,y ...`, as ALTO and PAGE write them; what lies outside of the page is cut."""
    return " ".join(f"{max(x, 0)},{max(y, 0)}" for x, y in points)
