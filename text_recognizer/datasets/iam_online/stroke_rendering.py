"""Recorded pen strokes -> grey image of a line that looks written with a pen on paper and scanned.

The stamped disc of a sample is exact coverage (distance to its centre), so that no larger image has to be
drawn and reduced.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.datasets.iam_online.stroke_geometry import (
    Path,
    levelled,
    smoothed,
    split_points,
    spread,
    trace,
    without_strays,
)

Gray = npt.NDArray[np.uint8]
Float = npt.NDArray[np.float32]

_MARGIN = 8  # pixels of paper around the ink
_MAX_WIDTH = 6000  # pixels; wider ones are drawn smaller
_GREY_STEP = 17  # the scans have 16 grey levels


@dataclass(frozen=True)
class Pen:
    """How a pen marks paper.

    Attributes:
        width: Diameter relative to the spread of the ink (see `stroke_geometry`): median and log deviation.
        by_speed: Exponent by which speed makes the stroke narrower, at most.
        darkness: Range of the ink's strength, 1 = black.
        pressure: Deviation of the strength along the path.
        grain: How much the paper's grain breaks the ink.
        edge: Pixels over which a stroke fades out.
        share: How often it is taken.
    """

    width: tuple[float, float]
    by_speed: float
    darkness: tuple[float, float]
    pressure: float
    grain: float
    edge: tuple[float, float]
    share: float


PENS = (
    Pen((0.215, 0.25), 0.22, (0.72, 0.98), 0.12, 0.14, (0.8, 1.3), 0.50),  # ball pen
    Pen((0.34, 0.30), 0.15, (0.85, 1.0), 0.05, 0.05, (0.8, 1.4), 0.38),  # fibre or ink
    Pen((0.26, 0.22), 0.18, (0.55, 0.85), 0.15, 0.32, (1.1, 1.8), 0.12),  # pencil
)


def render_strokes(points: npt.NDArray[np.int16], rng: np.random.Generator) -> Gray:
    """Draw one line.

    Args:
        points: (N, 3): x, y (downwards) in any unit, and 1 at the last point of a stroke.
        rng: Source of randomness: hand, pen, paper and scanner.

    Returns:
        (H, W) uint8 grey values, dark on light, as if cut from a page scanned at 150 dpi.
    """
    places, ends = split_points(points)
    places, ends = without_strays(levelled(places, ends), ends)
    places = _written(smoothed(places, ends), ends, rng)
    path = trace(places, ends)
    pen = PENS[int(rng.choice(len(PENS), p=[pen.share for pen in PENS]))]
    shape = (int(path.y.max()) + _MARGIN + 2, int(path.x.max()) + _MARGIN + 2)
    diameter = spread(places, ends) * pen.width[0] * np.exp(rng.normal(0, pen.width[1]))
    ink = _stamp(path, shape, *_pressed(path, pen, diameter, rng), float(rng.uniform(*pen.edge)))
    grain = _blurred(rng.standard_normal(shape, np.float32), 0.6) * 2
    ink *= np.clip(1 - pen.grain * np.abs(grain), 0, 1)
    ink = _blurred(ink, float(rng.uniform(0.2, 0.6)))
    return _scanned(ink * np.float32(rng.uniform(*pen.darkness)), rng)


def _written(places: Float, ends: npt.NDArray[np.bool_], rng: np.random.Generator) -> Float:
    """Give the places size, proportions, slant and a drifting base line; the ink starts at the margin."""
    size = float(np.clip(np.exp(rng.normal(np.log(8.7), 0.28)), 5, 14))
    places = (places - places.min(axis=0)) * np.float32(size / max(spread(places, ends), 1e-3))
    places[:, 0] *= np.exp(rng.normal(0.0, 0.07))
    places[:, 0] *= min(1.0, _MAX_WIDTH / (float(np.ptp(places[:, 0])) + 1))
    places[:, 0] -= rng.normal(0.07, 0.14) * places[:, 1]
    places[:, 1] += rng.normal(0, 0.003) * places[:, 0]
    wave = rng.uniform(25, 60) * size
    places[:, 1] += rng.normal(0, 0.08) * size * np.sin(places[:, 0] / wave + rng.uniform(0, 6.3))
    moved: Float = (places - places.min(axis=0) + _MARGIN).astype(np.float32)
    return moved


def _pressed(path: Path, pen: Pen, diameter: float, rng: np.random.Generator) -> tuple[Float, Float]:
    """Return radius in pixels and strength of the ink, in [0, 1], at each sample."""
    thinner = (0.4 + 0.6 * path.speed) ** -np.float32(pen.by_speed * rng.uniform(0, 1))
    pressure = _walk(len(path.x), 60, rng)
    radius = diameter / 2 * np.clip(thinner, 0.6, 1.35) * (1 + 0.07 * _walk(len(path.x), 40, rng))
    # A pen lifts while it still moves: strokes end thinner than they begin.
    ends = np.minimum(0.75 + path.from_start / (2 * diameter), 0.55 + path.to_end / (3 * diameter))
    radius *= np.minimum(1, ends) ** np.float32(rng.uniform(0, 0.8))
    strength = 1 + pen.pressure * (pressure - 0.5 * np.clip(path.speed - 1, 0, 2))
    return np.maximum(radius, 0.35).astype(np.float32), np.clip(strength, 0.25, 1).astype(np.float32)


def _walk(length: int, step: int, rng: np.random.Generator) -> Float:
    """Return a smooth random course of deviation 1, (length,), that changes within about `step` samples."""
    knots = rng.standard_normal(length // step + 2)
    return np.interp(np.arange(length) / step, np.arange(knots.size), knots).astype(np.float32)


def _stamp(path: Path, shape: tuple[int, int], radius: Float, strength: Float, edge: float) -> Float:
    """Return the ink (H, W) of discs along the path; where they overlap the strongest counts."""
    reach = int(np.ceil(float(radius.max()) + edge / 2))
    offsets = np.arange(-reach, reach + 1, dtype=np.float32)
    column, row = np.rint(path.x).astype(np.int64), np.rint(path.y).astype(np.int64)
    dx = (column - path.x).astype(np.float32)[:, None] + offsets  # (N, k)
    dy = (row - path.y).astype(np.float32)[:, None] + offsets
    away = np.sqrt(dy[:, :, None] ** 2 + (dx * dx)[:, None, :])  # (N, k, k)
    # A disc narrower than a pixel covers at most a part of it.
    cover = np.clip((radius[:, None, None] - away) / np.float32(edge) + np.float32(0.5), 0, 1)
    cover *= (strength * np.minimum(1, 2 * radius))[:, None, None]
    rows = np.clip(row[:, None] + offsets.astype(np.int64), 0, shape[0] - 1)
    columns = np.clip(column[:, None] + offsets.astype(np.int64), 0, shape[1] - 1)
    ink = np.zeros(shape[0] * shape[1], np.float32)
    np.maximum.at(ink, (rows[:, :, None] * shape[1] + columns[:, None, :]).ravel(), cover.ravel())
    return ink.reshape(shape)


def _blurred(image: Float, radius: float) -> Float:
    """Return the image blurred by weights a, 1 - 2 a, a in both directions: deviation `radius` <= 0.7."""
    side = np.float32(radius * radius / 2)
    for axis in (0, 1):
        padded = np.pad(image, [(1, 1) if i == axis else (0, 0) for i in (0, 1)], mode="edge")
        around = (padded[:-2] + padded[2:]) if axis == 0 else (padded[:, :-2] + padded[:, 2:])
        image = ((1 - 2 * side) * image + side * around).astype(np.float32)
    return image


def _scanned(ink: Float, rng: np.random.Generator) -> Gray:
    """Return the grey values of ink on paper with grain, in the scanner's few levels."""
    paper = _paper(ink, rng)
    grey = paper * (1 - ink) + rng.normal(0, 4, ink.shape).astype(np.float32) * ink
    if rng.random() < 0.04:  # some scans were made black and white
        middle = 255 * (1 - np.percentile(ink[ink > 0.1 * ink.max()], 90) / 2)
        grey = (grey - middle) / np.float32(rng.uniform(0.05, 0.6)) + middle
    grey = np.rint(grey / _GREY_STEP) * _GREY_STEP
    scan: Gray = np.clip(grey, 0, 255).astype(np.uint8)
    return scan


def _paper(ink: Float, rng: np.random.Generator) -> Float:
    """Return white paper with grain; it is often wiped to white except around words, as in IAM's lines."""
    level, grain = rng.uniform(240, 268), rng.uniform(1, 6)
    paper = level + _blurred(rng.standard_normal(ink.shape, np.float32), 0.4) * np.float32(1.6 * grain)
    if rng.random() < 0.88:
        paper = np.where(_word_boxes(ink), paper, np.float32(255))
    white: Float = np.minimum(paper, 255).astype(np.float32)
    return white


def _word_boxes(ink: Float) -> npt.NDArray[np.bool_]:
    """Return where the boxes of words are, (H, W); a gap wider than a sixth of the height parts two words."""
    boxes = np.zeros(ink.shape, bool)
    marked = ink > 0.1 * ink.max()
    columns = np.flatnonzero(marked.any(axis=0))
    for word in np.split(columns, np.flatnonzero(np.diff(columns) > ink.shape[0] // 6) + 1):
        left, right = word[0], word[-1] + 1
        rows = np.flatnonzero(marked[:, left:right].any(axis=1))
        boxes[rows[0] : rows[-1] + 1, left:right] = True
    return boxes
