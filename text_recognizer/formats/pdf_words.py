"""Where the words of a line stand in a PDF, so that readers find them in their order.

Poppler's pdftotext takes words for one line whose baselines differ by less than half an em of one size, and
sorts lines by their baselines. So the words of a sloping line get one size and, as far as their boxes reach,
one baseline; the box of each word is kept by what its font says to be above and below the baseline.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import Reals
from text_recognizer.geometry import Points

# Words that slope by less than 10 degrees are written level, each at its height: pdftotext takes a word whose
# letters descend for several words.
_LEVEL_SINE = 0.17
_DESCENT_SHARE = 0.25  # of the height of a polygon, below a baseline that is unknown
_MIN_SIZE_PX = 1.0  # of an em, and of a word: a word on a line of no height still has one
_COMMON_SHARE = 0.9  # of the words of a line are not higher than its em
_REACH = 0.75  # of its height, by which a box grows to reach the common baseline: most of it stays the word's
_LARGEST_EM = 1.6  # times the height of words; readers then allow for baselines and gaps that differ more
_MAX_GAP_EM = (
    0.6  # between words of a line; Poppler takes words for columns that stand farther apart than 0.7
)
_GAP_EM = 0.2  # between words; Poppler takes words for one that stand nearer than 0.1 to 0.15
_LEAST_LENGTH = 0.5  # of a word that gives way to the next one


class WordPlace(NamedTuple):
    """Where a word stands: pixels of the page from its top left corner.

    Attributes:
        x, y: Begin of its baseline.
        length: Of its baseline.
        angle: Of its baseline, counter-clockwise in radians.
        above: Height of its box above the baseline.
        below: Height of its box below the baseline.
        em: Size of its letters.
    """

    x: float
    y: float
    length: float
    angle: float
    above: float
    below: float
    em: float = 0.0

    @property
    def height(self) -> float:
        """Height of its box."""
        return self.above + self.below


def place_words(polygons: Sequence[Points], baseline: Points) -> list[WordPlace]:
    """Return the places of the words of a line.

    Args:
        polygons: What holds the ink of each word, in the order of the line; at least one.
        baseline: That of the line; empty if unknown.
    """
    places = [_place(polygon, baseline) for polygon in polygons]
    em = sorted(place.height for place in places)[int(_COMMON_SHARE * (len(places) - 1))]
    if all(place.angle == 0 for place in places):
        em *= _enlarged(places, em)
        places = _on_one_baseline(places)
    places = [place._replace(em=em) for place in places]
    return [_apart(*pair) for pair in zip(places[:-1], places[1:], strict=True)] + places[-1:]


def _enlarged(places: list[WordPlace], em: float) -> float:
    """Return by how much the em of a line must grow, so that readers take its level words for one line."""
    heights = [place.y for place in places]
    if max(heights) - min(heights) > em / 2:
        return _LARGEST_EM
    ends = [place.x + place.length for place in places[:-1]]
    gaps = [place.x - end for place, end in zip(places[1:], ends, strict=True)]
    return min(max([1.0, *(gap / (_MAX_GAP_EM * em) for gap in gaps)]), _LARGEST_EM)


def _on_one_baseline(places: list[WordPlace]) -> list[WordPlace]:
    """Return level words with a common baseline, or as near to it as their boxes reach."""
    highest = max(place.y - place.above for place in places)
    lowest = min(place.y + place.below for place in places)
    common = (highest + lowest) / 2
    if highest <= lowest:  # all boxes reach it: as near as possible to where the letters stand
        common = min(max(sorted(place.y for place in places)[len(places) // 2], highest), lowest)
    return [_at_height(place, common) for place in places]


def _at_height(place: WordPlace, y: float) -> WordPlace:
    """Return a word whose baseline is at `y`, or as near to it as its box reaches when it grows."""
    top, bottom = place.y - place.above, place.y + place.below
    reach = _REACH * place.height
    y = min(max(y, top - reach), bottom + reach)
    return place._replace(y=y, above=max(y - top, 0.0), below=max(bottom - y, 0.0))


def _place(polygon: Points, baseline: Points) -> WordPlace:
    """Return where a word stands whose ink the polygon holds, on the baseline of its line."""
    corners = np.array(polygon, np.float64)
    points = np.array(baseline if len(baseline) > 1 else _bottom(corners), np.float64)
    along = _unit(points[-1] - points[0])
    reach = (corners - points[0]) @ along
    start, end = (_on(points, along, float(at)) for at in (reach.min(), reach.max()))
    course = _unit(end - start) if (end != start).any() else along
    heights = (corners - start) @ np.array([course[1], -course[0]])  # above the baseline; y grows downwards
    above, below = max(float(heights.max()), 0.0), max(float(-heights.min()), 0.0)
    above += max(0.0, _MIN_SIZE_PX - above - below)
    length = max(float(np.hypot(*(end - start))), _MIN_SIZE_PX)
    if course[0] > 0 and abs(course[1]) < _LEVEL_SINE:
        return WordPlace(float(start[0]), float(start[1] + end[1]) / 2, length, 0.0, above, below)
    angle = math.atan2(-course[1], course[0])
    return WordPlace(float(start[0]), float(start[1]), length, angle, above, below)


def _apart(place: WordPlace, following: WordPlace) -> WordPlace:
    """Return the place of a word, shorter if the next one begins so near that readers take both for one."""
    across, down = following.x - place.x, following.y - place.y
    distance = across * math.cos(place.angle) - down * math.sin(place.angle)
    room = distance - _GAP_EM * place.em
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
