"""The bare shape of a written line -> the ink that `ink_map` finds on a scan of it: pen, paper, degradation.

The result is ink, 0 = paper, right away. Grey values would have to go through `ink_map`, which takes longer
than everything else.
"""

import math

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from text_recognizer.arrays import Floats, InkMap
from text_recognizer.augmentation.paper import grain, ruling
from text_recognizer.datasets.synthetic.fonts import FONT_HEIGHT_PX

_BLUR_PX = (0.45, 0.9)  # standard deviation, least and most: pen, paper and scanner together
_LOG_STROKE_PX = (0.36, 0.38)  # logarithm of the width of a pen's stroke: mean and deviation
_RULED_SHARE = 0.15  # lines on ruled paper
_STAINED_SHARE = 0.06  # lines with a stain
_GRAINY_SHARE = 0.25  # lines on paper with visible grain
_TRIMMED_SHARE = 0.1  # lines that were cut out too tightly, as boxes of words often are
_NEIGHBOURS_SHARE = 0.2  # lines into whose image other lines may reach
_NEIGHBOUR_SHARE = 0.6  # then, for each of the lines above and below
_HAIRLINE = 0.55  # width of a font's thinnest strokes relative to its common ones
_FAINT = 0.06  # ink that `ink_map` takes for paper
_PRESSURE_STEP_PX = 40  # the pressure of a pen changes within about a letter


def ink_of_line(shape: Image.Image, base: int, stroke: float, rng: np.random.Generator) -> InkMap:
    """Return the ink of a line on paper, (H, W).

    Args:
        shape: Mode L, 255 = where the pen went, with paper around it.
        base: Row of the base line.
        stroke: Width of the strokes in pixels.
        rng: Source of randomness: pen, paper and how the line was cut out.
    """
    _, top, _, bottom = shape.getbbox() or (0, 0, *shape.size)
    if rng.random() < _NEIGHBOURS_SHARE:
        shape, top, bottom = _with_neighbours(shape, top, bottom, rng)
    written = _with_pen_strokes(shape, stroke, rng)
    top, bottom = max(0, top - 2), min(shape.height, bottom + 2)
    if rng.random() < _TRIMMED_SHARE:
        top, bottom = top + int(rng.integers(0, 6)), bottom - int(rng.integers(0, 6))
    ink: InkMap = np.asarray(written.crop((0, top, written.width, bottom)), np.float32)  # 0-255 until the end
    ink *= _pressure(ink.shape, rng)
    if rng.random() < _RULED_SHARE:
        np.maximum(ink, ruling(ink.shape, base - top + rng.normal(3, 3), rng), out=ink)
    if rng.random() < _STAINED_SHARE:
        ink += _stain(ink.shape, rng)
    if rng.random() < _GRAINY_SHARE:
        ink += grain(ink.shape, rng) * np.float32(rng.uniform(2, 14)) - np.float32(255 * _FAINT / 2)
    ink /= 255
    return np.clip(ink, 0, 1, out=ink)


def _with_neighbours(
    shape: Image.Image, top: int, bottom: int, rng: np.random.Generator
) -> tuple[Image.Image, int, int]:
    """Return the line with parts of a line above and below, and its first row and the row behind its last.

    The neighbours are the line itself, moved sideways: what is seen of them are ends of long letters.
    """
    height = max(bottom - top, FONT_HEIGHT_PX)
    pitch = height * rng.uniform(0.98, 1.35)
    for sign in (-1, 1):
        if rng.random() < _NEIGHBOUR_SHARE:
            neighbour = Image.new("L", shape.size, 0)
            neighbour.paste(shape, (int(rng.uniform(-0.6, 0.6) * shape.width), round(sign * pitch)))
            shape = ImageChops.lighter(shape, neighbour)
    room = round(rng.uniform(0, 0.12) * height)
    return shape, max(0, top - room), min(shape.height, bottom + room)


def _with_pen_strokes(shape: Image.Image, stroke: float, rng: np.random.Generator) -> Image.Image:
    """Return the strokes as wide as a pen's, with soft edges.

    A blurred stroke is as wide as wanted where it is darker than `middle`, which follows from the normal
    distribution. So a font cannot be told by its weight, and no pen makes a stroke vanish.
    """
    wanted = float(np.clip(np.exp(rng.normal(*_LOG_STROKE_PX)), max(0.7 * stroke, 0.9), 2.5 * stroke))
    blur = max(rng.uniform(*_BLUR_PX), abs(wanted - stroke) / 2.4)
    peak, middle = (_darkness(distance, stroke, blur) for distance in (0, wanted / 2))
    hairline = _darkness(0, _HAIRLINE * stroke, blur)
    # Grey values from `low` to `high` become 0 to 255: a narrow range gives hard edges, a wide one soft ones.
    low = min(middle * rng.uniform(0.1, 0.7), 0.6 * hairline)
    high = middle + max(peak - middle, 0.05) * rng.uniform(0.3, 1.1)
    curve = np.clip((np.arange(256) / 255 - low) / (high - low), 0, 1)
    table = np.round(curve * 255).astype(int).tolist()
    return shape.filter(ImageFilter.BoxBlur(_box(blur))).point(table)


def _darkness(distance: float, stroke: float, blur: float) -> float:
    """Return how dark a blurred stroke is at a distance from its middle, in [0, 1]."""
    sides = ((distance + stroke / 2) / blur, (distance - stroke / 2) / blur)
    first, second = (math.erf(side / math.sqrt(2)) for side in sides)
    return (first - second) / 2


def _box(deviation: float) -> float:
    """Return the radius of a box blur with this standard deviation: it takes a third of a Gaussian's time."""
    return (math.sqrt(12 * deviation * deviation + 1) - 1) / 2


def _pressure(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return the strength of the ink, (H, W), around 1: of the pen, along the line, by the paper's grain."""
    height, width = size
    knots = rng.normal(0, rng.uniform(0, 0.16), width // _PRESSURE_STEP_PX + 2)
    course = np.interp(np.arange(width) / _PRESSURE_STEP_PX, np.arange(knots.size), knots)
    strength = grain(size, rng) * np.float32(rng.uniform(0, 0.16))
    strength += (rng.uniform(0.7, 1.2) + course).astype(np.float32)
    return strength


def _stain(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return a soft stain, (H, W), 0-80 of 255."""
    height, width = size
    rows, columns = (
        np.exp(-(((np.arange(side) - rng.uniform(0, side)) / rng.uniform(0.2 * height, most)) ** 2))
        for side, most in ((height, height), (width, 3 * height))
    )
    return np.asarray(rng.uniform(10, 80) * rows[:, None] * columns, np.float32)
