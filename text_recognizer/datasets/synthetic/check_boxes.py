"""Check boxes as people draw them, which no font of handwriting has."""

import math

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import Reals
from text_recognizer.vocabulary import CHECKED_BOX, EMPTY_BOX

CHECK_BOXES = EMPTY_BOX + CHECKED_BOX
BOX_ADVANCE_X_HEIGHTS = 2.2  # columns that a box takes, in heights of small letters

_SIDE_X_HEIGHTS = (1.3, 1.9)  # of a box, in heights of small letters
_CORNER_SHARE = 0.06  # deviation of a corner, in sides: nobody draws a square
_OVERSHOOT_SHARE = 0.35  # how far a tick reaches out of its box at most, in sides
_CROSS_PROBABILITY = 0.4  # the other boxes are ticked


def draw_check_box(
    character: str, x_height: float, stroke: float, rng: np.random.Generator
) -> tuple[Image.Image, int, int]:
    """Return the ink of a box, 255, and the column and row of its corner relative to the pen.

    Args:
        character: One of CHECK_BOXES.
        x_height: Height of small letters in pixels.
        stroke: Width of the pen in pixels.
        rng: Source of randomness.
    """
    side = x_height * rng.uniform(*_SIDE_X_HEIGHTS)
    room = math.ceil(side * _OVERSHOOT_SHARE) + 2
    size = math.ceil(side) + 2 * room
    ink = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(ink)
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) + rng.normal(0, _CORNER_SHARE, (4, 2))
    width = max(1, round(stroke))

    def line(points: Reals) -> None:
        """Draw through points (N, 2) in sides of the box."""
        draw.line([(room + x * side, room + y * side) for x, y in points.tolist()], fill=255, width=width)

    line(np.vstack([square, square[:1] + rng.normal(0, _CORNER_SHARE, (1, 2))]))
    if character == CHECK_BOXES[1]:
        if rng.random() < _CROSS_PROBABILITY:
            ends = rng.uniform(-0.1, 0.2, (2, 2))
            line(np.array([ends[0], 1 - ends[0]]))
            line(np.array([(1 - ends[1][0], ends[1][1]), (ends[1][0], 1 - ends[1][1])]))
        else:
            tip = rng.uniform(0.9, 1 + _OVERSHOOT_SHARE, 1)[0], rng.uniform(-_OVERSHOOT_SHARE, 0.1)
            line(
                np.array([(rng.uniform(0.05, 0.3), rng.uniform(0.4, 0.6)), (0.45, rng.uniform(0.8, 1)), tip])
            )
    return ink, round(0.1 * x_height) - room, -math.ceil(side) - room
