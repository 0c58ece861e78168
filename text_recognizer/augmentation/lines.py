"""Random variation of line images for training: geometry, stroke width, contrast, paper, dirt, gaps.

Ranges follow Retsinas et al. 2022 (arXiv 2404.11339) and Coquenet et al. 2022 (Vertical Attention
Network), reduced where a line of 64 pixels would become unreadable; spans are masked as by Li et al. 2024
(HTR-VT).
"""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from text_recognizer.augmentation.paper import grain, rules

Gray = npt.NDArray[np.uint8]
Float = npt.NDArray[np.float32]

_SHEAR = 0.45  # horizontal shift per row, tan of the slant
_SCALE_X = (0.7, 1.35)
_SCALE_Y = (0.72, 1.08)
_ROTATION = 0.012  # radians; a line is long, so little turns it out of its height
_STEP = 16  # columns of a strip that is resampled at once
_WARP_STEP = 48  # pixels between the knots of the smooth distortion
_WARP_X, _WARP_Y = 3.5, 2.2  # its standard deviation in pixels
_GRID_X = 1.5  # deviation of each knot's rows from each other, in pixels: letters lean and bulge
_CUT, _CUT_ROWS = (
    0.15,
    0.08,
)  # how often a line is cut off at the top or bottom, by which part of its height at most


def augment_line(image: Gray, rng: np.random.Generator) -> Gray:
    """Return a random variation of a line image.

    Args:
        image: (H, W) uint8, 255 = full ink.
        rng: Source of randomness.

    Returns:
        (H, W') uint8 of the same height; W' differs from W by at most 35 %.
    """
    picture = warp(image, rng)
    if rng.random() < 0.4:
        picture = change_strokes(picture, rng)
    ink: Float = np.asarray(picture, np.float32) / np.float32(255)
    ink = ink ** np.float32(rng.uniform(0.6, 1.6))  # pen pressure
    ink *= np.float32(rng.uniform(0.6, 1.0))
    if rng.random() < 0.3:
        change_paper(ink, rng)
    if rng.random() < 0.12:
        row = ink.shape[0] * rng.uniform(0.5, 1)
        np.maximum(ink, rules((ink.shape[0], ink.shape[1]), row, rng) / np.float32(255), out=ink)
    if rng.random() < 0.35:
        erase_spans(ink, rng)
    ink *= 255
    return np.clip(ink, 0, 255, out=ink).astype(np.uint8)


def warp(image: Gray, rng: np.random.Generator) -> Image.Image:
    """Scale, shear, rotate, shift, cut and smoothly distort a line (H, W) in one resampling (bilinear)."""
    height, width = image.shape
    scale_x, scale_y = rng.uniform(*_SCALE_X), rng.uniform(*_SCALE_Y)
    shear, slope = rng.uniform(-_SHEAR, _SHEAR), rng.uniform(-_ROTATION, _ROTATION)
    new_width = max(16, round(width * scale_x))
    room = height * (1 - scale_y)
    shift = rng.uniform(min(0.0, room), max(0.0, room)) - room / 2
    if rng.random() < _CUT:
        shift += (abs(room) / 2 + _CUT_ROWS * height * rng.random()) * rng.choice((-1, 1))
    columns = np.arange(0, new_width + _STEP, _STEP, dtype=np.float64)
    knots = rng.normal(0, 1, (5, -(-new_width // _WARP_STEP) + 3))
    position = columns / _WARP_STEP
    course = np.array([np.interp(position, np.arange(knots.shape[1]), row) for row in knots])
    source_x = columns / scale_x + _WARP_X * course[0]
    source_y = slope * (columns - new_width / 2) + _WARP_Y * course[1] + shift

    # A mesh of two rows of strips: Pillow resamples each quadrilateral bilinearly, far faster than numpy.
    middle = height / 2
    rows = (0, height // 2, height)
    xs = [
        source_x + shear * (row - middle) / scale_y + _GRID_X * c
        for row, c in zip(rows, course[2:], strict=True)
    ]
    ys = [middle + (row - middle) / scale_y + source_y / scale_y for row in rows]
    mesh: list[tuple[tuple[int, int, int, int], list[float]]] = []
    for k in (0, 1):
        sides = (
            xs[k][:-1],
            ys[k][:-1],
            xs[k + 1][:-1],
            ys[k + 1][:-1],
            xs[k + 1][1:],
            ys[k + 1][1:],
            xs[k][1:],
            ys[k][1:],
        )
        boxes = [(int(x), rows[k], int(x) + _STEP, rows[k + 1]) for x in columns[:-1]]
        mesh += zip(boxes, np.column_stack(sides).tolist(), strict=True)
    return Image.fromarray(image).transform(
        (new_width, height), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR, fillcolor=0
    )


def change_strokes(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Thicken, thin or blur the strokes."""
    choice = rng.integers(3)
    if choice == 0:
        return Image.blend(picture, picture.filter(ImageFilter.MaxFilter(3)), rng.uniform(0.3, 1.0))
    if choice == 1:
        return Image.blend(picture, picture.filter(ImageFilter.MinFilter(3)), rng.uniform(0.2, 0.7))
    return picture.filter(ImageFilter.BoxBlur(rng.uniform(0.3, 1.8)))


def change_paper(ink: Float, rng: np.random.Generator) -> None:
    """Break the ink (H, W) up by the paper's grain, and let grain and shades of the paper show; in place."""
    size = (ink.shape[0], ink.shape[1])
    ink *= 1 + np.float32(rng.uniform(0, 0.25)) * grain(size, rng)
    ink += np.float32(rng.uniform(0, 0.05)) * grain(size, rng)
    knots = rng.uniform(-0.05, 0.06, size[1] // 100 + 2)
    ink += np.interp(np.arange(size[1]) / 100, np.arange(knots.size), knots).astype(np.float32)


def erase_spans(ink: Float, rng: np.random.Generator) -> None:
    """Set a few narrow spans of columns to paper, in place: the reader must use the context."""
    for _ in range(int(rng.integers(1, 4))):
        width = int(rng.integers(4, 20))
        start = int(rng.integers(0, max(1, ink.shape[1] - width)))
        ink[:, start : start + width] = 0
