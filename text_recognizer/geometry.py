"""Places on a page: boxes and polygons in whole pixels; they need only the standard library."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from text_recognizer.errors import InvalidInputError
from text_recognizer.json_fields import read_field

Point: TypeAlias = tuple[int, int]  # x, y between pixels: (0, 0) is the corner of the image
Points: TypeAlias = tuple[Point, ...]  # a polyline, or a polygon whose last point is joined with the first


@dataclass(frozen=True)
class Region:
    """An axis-aligned box in pixels of the input image; `x2` and `y2` lie just outside.

    ```python
    from text_recognizer import Region

    box = Region(10, 20, 110, 60)
    print(box.width, box.height)  # 100 40
    print(Region.around(((12, 20), (110, 31), (10, 60))) == box)  # True
    ```
    """

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.x2 - self.x1

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.y2 - self.y1

    @property
    def corners(self) -> Points:
        """The box as a polygon, clockwise from the top left corner."""
        return (self.x1, self.y1), (self.x2, self.y1), (self.x2, self.y2), (self.x1, self.y2)

    @classmethod
    def around(cls, points: Iterable[Point]) -> Self:
        """Return the smallest box around one point or more."""
        xs, ys = zip(*points, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    def to_dict(self) -> dict[str, int]:
        """Return the four coordinates as a JSON object."""
        return {"x1": self.x1, "y1": self.y1, "x2": self.x2, "y2": self.y2}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the box whose `to_dict` is `fields`.

        Raises:
            InvalidInputError: If a coordinate is missing or no integer.
        """
        return cls(*(read_field(fields, name, int) for name in ("x1", "y1", "x2", "y2")))


def points_to_json(points: Points) -> list[list[int]]:
    """Return points as JSON: an array [x, y] for each."""
    return [[x, y] for x, y in points]


def points_from_json(value: Any) -> Points:
    """Return the points whose `points_to_json` is `value`.

    Raises:
        InvalidInputError: If it is anything but an array of arrays of two whole numbers.
    """
    if not isinstance(value, list) or not all(map(_is_point, value)):
        raise InvalidInputError(f"Expected points as [[x, y], ...]; received {str(value)[:80]!r}.")
    return tuple((x, y) for x, y in value)


def _is_point(value: Any) -> bool:
    return isinstance(value, list) and [type(coordinate) for coordinate in value] == [int, int]
