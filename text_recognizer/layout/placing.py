"""A line that was read, put in its place on the image that was given: box, baseline and polygons."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from text_recognizer.arrays import Indices, Reals
from text_recognizer.geometry import Points, Region
from text_recognizer.layout.outlines import LineOutline
from text_recognizer.predictions.types import LinePrediction, TextSpan

_BEYOND_HEIGHTS = 0.2  # of a line: the detector's frames are coarse, and see what is beside the ink as well

# From points (N, 2) x, y of the page that was read to those of the image that was given.
PointMap: TypeAlias = Callable[[Reals], Reals]


def place(line: LinePrediction, outline: LineOutline, to_image: PointMap) -> LinePrediction:
    """Return a line with its region, baseline and polygons, and those of its words and characters.

    Args:
        line: Its words and characters lie in columns of the page that was read.
        outline: Where the line lies on that page.
        to_image: Maps points of that page to the image that was given.
    """
    words = outline.inked_words([(word.x1, word.x2) for word in line.words])
    characters = [(character.x1, character.x2) for character in line.characters]
    spans = outline.polygons(np.concatenate((words, np.reshape(characters, (-1, 2)))))
    # All at once: a line has few points, and each call takes longer than they do.
    parts = (
        np.array(_box(outline, words).corners, np.float64),
        outline.baseline(),
        outline.polygon(),
        spans.reshape(-1, 2),
    )
    placed = np.rint(to_image(np.concatenate(parts))).astype(np.int64)
    corners, baseline, polygon, points = np.split(placed, np.cumsum([len(part) for part in parts[:-1]]))
    each = _placed((*line.words, *line.characters), points.reshape(spans.shape))
    return replace(
        line,
        region=Region.around(_points(corners)),
        baseline=_points(baseline),
        polygon=_points(polygon),
        words=each[: len(line.words)],
        characters=each[len(line.words) :],
    )


def _box(outline: LineOutline, words: Reals) -> Region:
    """Return the box of a line: as high as it was found; it ends with the ink of its words, or little beyond.

    Args:
        outline: Where the line lies.
        words: (N, 2) first column with ink of each word, and the one behind its last.
    """
    found = outline.line.region
    if not len(words):
        return found
    first, last = round(float(words[0, 0])), round(float(words[-1, 1]))
    reach = round(_BEYOND_HEIGHTS * outline.line.height)
    x1 = min(max(found.x1, first - reach), first)
    return Region(x1, found.y1, max(x1 + 1, last, min(found.x2, last + reach)), found.y2)


def _placed(spans: tuple[TextSpan, ...], polygons: Indices) -> tuple[TextSpan, ...]:
    """Return words or characters with their polygons (N, 4, 2), in the columns between the ends of these."""
    lefts, rights = polygons[:, :, 0].min(axis=1).tolist(), polygons[:, :, 0].max(axis=1).tolist()
    return tuple(
        TextSpan(span.text, span.confidence, left, right, tuple(map(tuple, corners)))
        for span, left, right, corners in zip(spans, lefts, rights, polygons.tolist(), strict=True)
    )


def _points(points: Indices) -> Points:
    """Return (N, 2) x, y."""
    return tuple((x, y) for x, y in points.tolist())
