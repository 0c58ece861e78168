"""Boxes for formats that demand one for every page and line."""

from text_recognizer.geometry import Region
from text_recognizer.types import PagePrediction, TextSpan


def page_box(page: PagePrediction) -> Region:
    """Return the box of the whole page; if its size is unknown, the smallest one that holds all lines."""
    regions = [line.region for line in page.lines if line.region is not None]
    width = page.width or max((region.x2 for region in regions), default=0)
    height = page.height or max((region.y2 for region in regions), default=0)
    return Region(0, 0, width, height)


def line_boxes(page: PagePrediction) -> list[Region]:
    """Return the box of every line; a line without a region is an image of its own: the whole page."""
    return [line.region or page_box(page) for line in page.lines]


def word_box(word: TextSpan, line: Region) -> Region:
    """Return the box of a word: its columns within the line, as high as it, 1 pixel wide at least."""
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
