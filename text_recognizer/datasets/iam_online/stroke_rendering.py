"""Recorded pen strokes -> grey image of a line as if written with a pen on paper and scanned.

Discs are stamped along the path. How much of a pixel a disc covers follows from the distance to its centre,
so that no larger image has to be rendered and reduced.
"""

from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Flags, Floats, GrayImage, InkMap, Mask, PenPoints
from text_recognizer.datasets.iam_online.stroke_geometry import (
    Path,
    level,
    smooth,
    split_points,
    spread,
    trace,
    without_strays,
)

_MARGIN_PX = 8  # paper around the ink, as around the lines of IAM
_MAX_WIDTH_PX = 6000  # wider lines are rendered smaller, so that memory stays bounded
_GREY_STEP = 17  # IAM's scans have 16 grey levels
_BILEVEL_SHARE = 0.04  # lines scanned nearly in black and white, as some of IAM are
_WIPED_SHARE = 0.88  # lines whose paper is white outside of words, as in most of IAM
_WORD_INK = 0.1  # pixels with more than this part of the strongest ink belong to a word


@dataclass(frozen=True)
class Pen:
    """How a pen marks paper.

    ```python
    from text_recognizer.datasets.iam_online.stroke_rendering import PENS

    for pen in PENS:
        print(pen.share, pen.darkness)
    ```

    Attributes:
        width: Diameter relative to the spread of the ink (see `stroke_geometry`): median, and deviation of
            the logarithm.
        by_speed: Greatest exponent by which speed makes the stroke narrower.
        darkness: Least and greatest strength of the ink, 1 = black.
        pressure: Deviation of the strength along the path.
        grain: How much the paper's grain breaks the ink, 0-1.
        edge: Least and most pixels over which a stroke fades out.
        share: Part of the lines that are written with it.
    """

    width: tuple[float, float]
    by_speed: float
    darkness: tuple[float, float]
    pressure: float
    grain: float
    edge: tuple[float, float]
    share: float


PENS = (
    Pen((0.215, 0.25), 0.22, (0.72, 0.98), 0.12, 0.14, (0.8, 1.3), 0.50),  # ballpoint pen
    Pen((0.34, 0.30), 0.15, (0.85, 1.0), 0.05, 0.05, (0.8, 1.4), 0.38),  # felt-tip or fountain pen
    Pen((0.26, 0.22), 0.18, (0.55, 0.85), 0.15, 0.32, (1.1, 1.8), 0.12),  # pencil
)


def render_strokes(points: PenPoints, rng: np.random.Generator) -> GrayImage:
    """Return the image of one line, dark on light, as if cut from a page scanned at 150 dpi.

    Args:
        points: (N, 3), in any unit.
        rng: Source of randomness: writing, pen, paper and scanner.
    """
    positions, ends = split_points(points)
    positions, ends = without_strays(level(positions, ends), ends)
    positions = _vary_hand(smooth(positions, ends), ends, rng)
    path = trace(positions, ends)
    pen = PENS[int(rng.choice(len(PENS), p=[pen.share for pen in PENS]))]
    shape = (int(path.y.max()) + _MARGIN_PX + 2, int(path.x.max()) + _MARGIN_PX + 2)
    diameter = spread(positions, ends) * pen.width[0] * np.exp(rng.normal(0, pen.width[1]))
    ink = _stamp(path, shape, *_press(path, pen, diameter, rng), float(rng.uniform(*pen.edge)))
    grain = _blur(rng.standard_normal(shape, np.float32), 0.6) * 2
    ink *= np.clip(1 - pen.grain * np.abs(grain), 0, 1)
    ink = _blur(ink, float(rng.uniform(0.2, 0.6)))
    return _scan(ink * np.float32(rng.uniform(*pen.darkness)), rng)


def _vary_hand(positions: Floats, ends: Flags, rng: np.random.Generator) -> Floats:
    """Return the positions (N, 2) with random size, width, slant and base line, behind the margin."""
    # The spread of IAM's lines at 150 dpi is about 8.7 pixels.
    size = float(np.clip(np.exp(rng.normal(np.log(8.7), 0.28)), 5, 14))
    positions = (positions - positions.min(axis=0)) * np.float32(size / max(spread(positions, ends), 1e-3))
    positions[:, 0] *= np.exp(rng.normal(0.0, 0.07))
    positions[:, 0] *= min(1.0, _MAX_WIDTH_PX / (float(np.ptp(positions[:, 0])) + 1))
    positions[:, 0] -= rng.normal(0.07, 0.14) * positions[:, 1]  # slant, mostly to the right
    positions[:, 1] += rng.normal(0, 0.003) * positions[:, 0]  # slope of the base line, and its wave
    wave = rng.uniform(25, 60) * size
    positions[:, 1] += rng.normal(0, 0.08) * size * np.sin(positions[:, 0] / wave + rng.uniform(0, 6.3))
    moved: Floats = (positions - positions.min(axis=0) + _MARGIN_PX).astype(np.float32)
    return moved


def _press(path: Path, pen: Pen, diameter: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return radius in pixels (N,) and strength of the ink (N,), 0-1, at each sample of the path."""
    # Speed and pressure thin the stroke and pale the ink; both also drift for no reason that is recorded.
    thinner = (0.4 + 0.6 * path.speed) ** -np.float32(pen.by_speed * rng.uniform(0, 1))
    pressure = _walk(len(path.x), 60, rng)
    radius = diameter / 2 * np.clip(thinner, 0.6, 1.35) * (1 + 0.07 * _walk(len(path.x), 40, rng))
    # A pen lifts while it still moves: strokes end thinner than they begin.
    ends = np.minimum(0.75 + path.from_start / (2 * diameter), 0.55 + path.to_end / (3 * diameter))
    radius *= np.minimum(1, ends) ** np.float32(rng.uniform(0, 0.8))
    strength = 1 + pen.pressure * (pressure - 0.5 * np.clip(path.speed - 1, 0, 2))
    return np.maximum(radius, 0.35).astype(np.float32), np.clip(strength, 0.25, 1).astype(np.float32)


def _walk(length: int, step: int, rng: np.random.Generator) -> Floats:
    """Return a smooth random curve of deviation 1, (length,), that changes within about `step` samples."""
    knots = rng.standard_normal(length // step + 2)
    return np.interp(np.arange(length) / step, np.arange(knots.size), knots).astype(np.float32)


def _stamp(path: Path, shape: tuple[int, int], radius: Floats, strength: Floats, edge: float) -> InkMap:
    """Return the ink (H, W) of discs along the path; where they overlap, the strongest counts.

    Args:
        path: N samples.
        shape: (H, W).
        radius: (N,) pixels.
        strength: (N,) 0-1.
        edge: Pixels over which a disc fades out.
    """
    reach = int(np.ceil(float(radius.max()) + edge / 2))
    # Each sample reaches k x k pixels around it; their distances to its centre tell the coverage.
    offsets = np.arange(-reach, reach + 1, dtype=np.float32)
    column, row = np.rint(path.x).astype(np.int64), np.rint(path.y).astype(np.int64)
    dx = (column - path.x).astype(np.float32)[:, None] + offsets  # (N, k)
    dy = (row - path.y).astype(np.float32)[:, None] + offsets
    distance = np.sqrt(dy[:, :, None] ** 2 + (dx * dx)[:, None, :])  # (N, k, k)
    # A disc narrower than a pixel covers at most a part of it.
    cover = np.clip((radius[:, None, None] - distance) / np.float32(edge) + np.float32(0.5), 0, 1)
    cover *= (strength * np.minimum(1, 2 * radius))[:, None, None]
    rows = np.clip(row[:, None] + offsets.astype(np.int64), 0, shape[0] - 1)
    columns = np.clip(column[:, None] + offsets.astype(np.int64), 0, shape[1] - 1)
    ink = np.zeros(shape[0] * shape[1], np.float32)
    np.maximum.at(ink, (rows[:, :, None] * shape[1] + columns[:, None, :]).ravel(), cover.ravel())
    return ink.reshape(shape)


def _blur(image: Floats, radius: float) -> Floats:
    """Return the image (H, W) blurred by weights a, 1 - 2 a, a along both axes: deviation `radius` <= 0.7."""
    side = np.float32(radius * radius / 2)
    for axis in (0, 1):
        padded = np.pad(image, [(1, 1) if i == axis else (0, 0) for i in (0, 1)], mode="edge")
        around = (padded[:-2] + padded[2:]) if axis == 0 else (padded[:, :-2] + padded[:, 2:])
        image = ((1 - 2 * side) * image + side * around).astype(np.float32)
    return image


def _scan(ink: InkMap, rng: np.random.Generator) -> GrayImage:
    """Return the grey values (H, W) of ink on paper with grain, in the scanner's few levels."""
    paper = _paper(ink, rng)
    grey = paper * (1 - ink) + rng.normal(0, 4, ink.shape).astype(np.float32) * ink
    if rng.random() < _BILEVEL_SHARE:
        # The contrast around a grey between paper and strong ink is raised.
        middle = 255 * (1 - np.percentile(ink[ink > _WORD_INK * ink.max()], 90) / 2)
        grey = (grey - middle) / np.float32(rng.uniform(0.05, 0.6)) + middle
    grey = np.rint(grey / _GREY_STEP) * _GREY_STEP
    scan: GrayImage = np.clip(grey, 0, 255).astype(np.uint8)
    return scan


def _paper(ink: InkMap, rng: np.random.Generator) -> Floats:
    """Return paper with grain (H, W), 0-255; mostly plain white except around words, as in IAM's lines."""
    level, grain = rng.uniform(240, 268), rng.uniform(1, 6)
    paper = level + _blur(rng.standard_normal(ink.shape, np.float32), 0.4) * np.float32(1.6 * grain)
    if rng.random() < _WIPED_SHARE:
        paper = np.where(_word_boxes(ink), paper, np.float32(255))
    white: Floats = np.minimum(paper, 255).astype(np.float32)
    return white


def _word_boxes(ink: InkMap) -> Mask:
    """Return the boxes of words, (H, W); a gap wider than a sixth of the height separates two words."""
    boxes = np.zeros(ink.shape, bool)
    marked = ink > _WORD_INK * ink.max()
    columns = np.flatnonzero(marked.any(axis=0))
    for word in np.split(columns, np.flatnonzero(np.diff(columns) > ink.shape[0] // 6) + 1):
        left, right = word[0], word[-1] + 1
        rows = np.flatnonzero(marked[:, left:right].any(axis=1))
        boxes[rows[0] : rows[-1] + 1, left:right] = True
    return boxes
