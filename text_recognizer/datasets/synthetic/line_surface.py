"""Pen, paper and dirt: the bare shape of a written line -> the ink that `ink_map` finds on a scan of it.

It is drawn as ink in the first place, 0 = paper, and not as grey values from which `ink_map` would have to
take the paper away again: that costs more than all the rest.
"""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageFilter

from text_recognizer.augmentation.paper import grain, ruling
from text_recognizer.datasets.synthetic.fonts import FONT_HEIGHT

Float = npt.NDArray[np.float32]

_BLUR = (0.45, 0.9)  # standard deviation in pixels: pen, paper and scanner together
_PEN = (0.36, 0.38)  # width of its stroke in pixels: mean and deviation of the logarithm
_RULED, _SMUDGED, _GRAINY, _CUT = 0.15, 0.06, 0.25, 0.1
_NEIGHBOURS = 0.2
_HAIRLINE = 0.55  # width of a font's thinnest strokes relative to its common ones
_FAINT = 0.06  # what `ink_map` takes for paper


def ink_of_line(shape: Image.Image, base: int, stroke: float, rng: np.random.Generator) -> Float:
    """Return the line as one finds it on paper.

    Args:
        shape: Mode L, 255 = where the pen went, with paper around it.
        base: Row of the base line.
        stroke: Width of the strokes in pixels.
        rng: Source of randomness: pen, paper and how the line was cut out.

    Returns:
        (H, W) float32 ink in [0, 1].
    """
    _, top, _, bottom = shape.getbbox() or (0, 0, *shape.size)
    if rng.random() < _NEIGHBOURS:
        shape, top, bottom = _with_neighbours(shape, top, bottom, rng)
    inked = _penned(shape, stroke, rng)
    top, bottom = max(0, top - 2), min(shape.height, bottom + 2)
    if rng.random() < _CUT:
        top, bottom = top + int(rng.integers(0, 6)), bottom - int(rng.integers(0, 6))
    ink: Float = np.asarray(inked.crop((0, top, inked.width, bottom)), np.float32)
    ink *= _pressure(ink.shape, rng)
    if rng.random() < _RULED:
        np.maximum(ink, ruling(ink.shape, base - top + rng.normal(3, 3), rng), out=ink)
    if rng.random() < _SMUDGED:
        ink += _smudge(ink.shape, rng)
    if rng.random() < _GRAINY:
        ink += grain(ink.shape, rng) * np.float32(rng.uniform(2, 14)) - np.float32(255 * _FAINT / 2)
    ink /= 255
    return np.clip(ink, 0, 1, out=ink)


def _with_neighbours(
    shape: Image.Image, top: int, bottom: int, rng: np.random.Generator
) -> tuple[Image.Image, int, int]:
    """Return the line with parts of a line above and below, and the rows from which on it is cut out.

    The neighbours are the line itself, moved sideways: what is seen of them are ends of long letters.
    """
    height = max(bottom - top, FONT_HEIGHT)
    pitch = height * rng.uniform(0.98, 1.35)
    for sign in (-1, 1):
        if rng.random() < 0.6:
            part = Image.new("L", shape.size, 0)
            part.paste(shape, (int(rng.uniform(-0.6, 0.6) * shape.width), round(sign * pitch)))
            shape = ImageChops.lighter(shape, part)
    room = round(rng.uniform(0, 0.12) * height)
    return shape, max(0, top - room), min(shape.height, bottom + room)


def _penned(shape: Image.Image, stroke: float, rng: np.random.Generator) -> Image.Image:
    """Return the strokes as wide as a pen's, with soft edges.

    A blurred stroke is as wide as wanted where it is darker than a `middle` that the normal distribution
    tells. So fonts are not recognized by their weight, and no pen makes a stroke vanish.
    """
    wanted = float(np.clip(np.exp(rng.normal(*_PEN)), max(0.7 * stroke, 0.9), 2.5 * stroke))
    blur = max(rng.uniform(*_BLUR), abs(wanted - stroke) / 2.4)
    peak, middle = (_profile(place, stroke, blur) for place in (0, wanted / 2))
    hairline = _profile(0, _HAIRLINE * stroke, blur)
    low = min(middle * rng.uniform(0.1, 0.7), 0.6 * hairline)
    high = middle + max(peak - middle, 0.05) * rng.uniform(0.3, 1.1)
    curve = np.clip((np.arange(256) / 255 - low) / (high - low), 0, 1)
    table = np.round(curve * 255).astype(int).tolist()
    return shape.filter(ImageFilter.BoxBlur(_box(blur))).point(table)


def _profile(place: float, stroke: float, blur: float) -> float:
    """Return how dark a blurred stroke is at a distance from its middle, in [0, 1]."""
    sides = ((place + stroke / 2) / blur, (place - stroke / 2) / blur)
    first, second = (math.erf(side / math.sqrt(2)) for side in sides)
    return (first - second) / 2


def _box(deviation: float) -> float:
    """Return the radius of a box with this standard deviation: three times as fast as a Gaussian."""
    return (math.sqrt(12 * deviation * deviation + 1) - 1) / 2


def _pressure(size: tuple[int, int], rng: np.random.Generator) -> Float:
    """Return the strength of the ink, (H, W): how dark it is, its course and the grain of the paper."""
    height, width = size
    knots = rng.normal(0, rng.uniform(0, 0.16), width // 40 + 2)
    course = np.interp(np.arange(width) / 40, np.arange(knots.size), knots)
    strength = grain(size, rng) * np.float32(rng.uniform(0, 0.16))
    strength += (rng.uniform(0.7, 1.2) + course).astype(np.float32)
    return strength


def _smudge(size: tuple[int, int], rng: np.random.Generator) -> Float:
    """Return a soft stain, (H, W) in grey values."""
    height, width = size
    rows, columns = (
        np.exp(-(((np.arange(side) - rng.uniform(0, side)) / rng.uniform(0.2 * height, most)) ** 2))
        for side, most in ((height, height), (width, 3 * height))
    )
    return np.asarray(rng.uniform(10, 80) * rows[:, None] * columns, np.float32)
