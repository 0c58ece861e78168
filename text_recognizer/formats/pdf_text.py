"""The text of a page as operators of PDF: not seen, each word at its place along the baseline."""

import math
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import Reals
from text_recognizer.formats.boxes import line_box, line_polygon, page_box, word_polygon, written_lines
from text_recognizer.formats.glyphless_font import ADVANCE, ASCENT, DESCENT, UNITS_PER_EM, GlyphlessFont
from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Points, Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction

_INVISIBLE = 3  # text rendering mode, ISO 32000-1, 9.3.6
_MIN_SIZE_PX = 1.0  # of an em: a word on a line of no height still has one
# Words that slope by less than 10 degrees are written level, each at its height: pdftotext takes a word whose
# letters descend for several words.
_LEVEL_SINE = 0.17
_GAP_EM = 0.2  # between words; Poppler takes words for one that stand nearer than 0.1 to 0.15
_LEAST_LENGTH = 0.5  # of a word that gives way to the next one
_DESCENT_SHARE = DESCENT / (ASCENT + DESCENT)  # of the height of a polygon, below a baseline that is unknown


class _Place(NamedTuple):
    """Where a word stands: pixels of the page from its top left corner.

    Attributes:
        x, y: Begin of its baseline.
        length: Of its baseline.
        angle: Of its baseline, counter-clockwise in radians.
        size: Of an em.
    """

    x: float
    y: float
    length: float
    angle: float
    size: float


def text_layer(page: PagePrediction, font: GlyphlessFont, scale: float) -> str:
    """Return the operators that show the text of a page with the font /F.

    Args:
        page: The page.
        font: Encodes the text.
        scale: Points per pixel.
    """
    sheet = page_box(page)
    rows = [f"BT {_INVISIBLE} Tr"]
    for line in written_lines(page):
        words = _words(line, sheet)
        places = [_place(polygon, line.baseline) for _, polygon in words]
        for index, (text, _) in enumerate(words):
            following = places[index + 1] if index < len(words) - 1 else None
            place = places[index] if following is None else _apart(places[index], following)
            # A space keeps words apart when they are copied; it is no part of the width of the word.
            gap = "" if following is None else " "
            rows.append(_operators(one_line(text), gap, place, sheet.height, font, scale))
    return "\n".join([*rows, "ET"])


def _words(line: LinePrediction, sheet: Region) -> list[tuple[str, Points]]:
    """Return the text and polygon of each word of a line, or those of the line if it has no words."""
    box = line_box(line, sheet)
    return [(word.text, word_polygon(word, box)) for word in line.words if word.text] or [
        (line.text, line_polygon(line, sheet))
    ]


def _operators(
    text: str, gap: str, place: _Place, page_height: int, font: GlyphlessFont, scale: float
) -> str:
    size = place.size * scale
    width = len(text) * size * ADVANCE / UNITS_PER_EM
    stretch = 100 * place.length * scale / width if width else 100
    cosine, sine = math.cos(place.angle), math.sin(place.angle)
    x, y = place.x * scale, (page_height - place.y) * scale
    return (
        f"/F {size:.2f} Tf {max(stretch, 1):.2f} Tz {cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} "
        f"{x:.2f} {y:.2f} Tm <{font.encoded(text + gap)}> Tj"
    )


def _place(polygon: Points, baseline: Points) -> _Place:
    """Return where a word stands whose ink the polygon holds, on the baseline of its line."""
    corners = np.array(polygon, np.float64)
    points = np.array(baseline if len(baseline) > 1 else _bottom(corners), np.float64)
    along = _unit(points[-1] - points[0])
    reach = (corners - points[0]) @ along
    start, end = (_on(points, along, float(at)) for at in (reach.min(), reach.max()))
    course = _unit(end - start) if (end != start).any() else along
    heights = (corners - start) @ np.array([course[1], -course[0]])  # above the baseline; y grows downwards
    above, below = max(float(heights.max()), 0.0), max(float(-heights.min()), 0.0)
    size = max(above * UNITS_PER_EM / ASCENT, above + below, _MIN_SIZE_PX)
    length = max(float(np.hypot(*(end - start))), _MIN_SIZE_PX)
    if course[0] > 0 and abs(course[1]) < _LEVEL_SINE:
        return _Place(float(start[0]), float(start[1] + end[1]) / 2, length, 0.0, size)
    return _Place(float(start[0]), float(start[1]), length, math.atan2(-course[1], course[0]), size)


def _apart(place: _Place, following: _Place) -> _Place:
    """Return the place of a word, shorter if the next one begins so near that readers take both for one."""
    across, down = following.x - place.x, following.y - place.y
    distance = across * math.cos(place.angle) - down * math.sin(place.angle)
    room = distance - _GAP_EM * max(place.size, following.size)
    return place._replace(length=max(_LEAST_LENGTH * place.length, min(place.length, room)))


def _bottom(corners: Reals) -> list[tuple[float, float]]:
    """Return a level baseline for a polygon (N, 2) of which none is known."""
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    y = bottom - _DESCENT_SHARE * (bottom - top)
    return [(left, y), (max(right, left + 1), y)]


def _on(points: Reals, along: Reals, distance: float) -> Reals:
    """Return the point (2,) of a polyline (N, 2) at a distance from its begin, measured along (2,).

    The first and the last piece go on beyond the ends.
    """
    at = (points - points[0]) @ along
    index = int(np.clip(np.searchsorted(at, distance), 1, len(points) - 1))
    before, after = points[index - 1], points[index]
    piece = at[index] - at[index - 1]
    share = (distance - at[index - 1]) / piece if piece else 0.0
    point: Reals = before + share * (after - before)
    return point


def _unit(vector: Reals) -> Reals:
    """Return a vector (2,) of length 1; level if it has no length."""
    length = float(np.hypot(*vector))
    return vector / length if length else np.array([1.0, 0.0])
