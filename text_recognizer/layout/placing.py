"""A line that was read, put in its place on the image that was given: box, baseline and polygons."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Reals
from text_recognizer.geometry import Points, Region
from text_recognizer.layout.outlines import LineOutline
from text_recognizer.predictions.types import LinePrediction, TextSpan

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
    return replace(
        line,
        region=Region.around(_points(to_image(np.array(outline.line.region.corners, np.float64)))),
        baseline=_points(to_image(outline.baseline())),
        polygon=_points(to_image(outline.polygon())),
        words=_placed(line.words, outline.polygons(words), to_image),
        characters=_placed(
            line.characters,
            outline.polygons([(character.x1, character.x2) for character in line.characters]),
            to_image,
        ),
    )


def _placed(spans: tuple[TextSpan, ...], polygons: Reals, to_image: PointMap) -> tuple[TextSpan, ...]:
    """Return words or characters with their polygons (N, 4, 2), in the columns between the ends of these."""
    placed = to_image(polygons.reshape(-1, 2)).reshape(polygons.shape)
    corners = np.rint(placed).astype(np.int64).tolist()
    return tuple(_on(tuple(map(tuple, each)), span) for each, span in zip(corners, spans, strict=True))


def _on(polygon: Points, span: TextSpan) -> TextSpan:
    columns = [x for x, _ in polygon]
    return TextSpan(span.text, span.confidence, min(columns), max(columns), polygon)


def _points(points: npt.ArrayLike) -> Points:
    """Return (N, 2) x, y rounded to whole pixels."""
    return tuple((x, y) for x, y in np.rint(points).astype(np.int64).tolist())
