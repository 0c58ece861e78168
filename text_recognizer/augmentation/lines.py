"""Random variation of line images for training: geometry, stroke width, contrast, dirt.

Ranges follow Retsinas et al. 2022 (arXiv 2404.11339) and Coquenet et al. 2022 (Vertical Attention
Network), reduced where a line of 64 pixels would become unreadable.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Gray = npt.NDArray[np.uint8]

_SHEAR = 0.35  # horizontal shift per row, tan of the slant
_SCALE_X = (0.75, 1.25)
_SCALE_Y = (0.72, 1.08)
_ROTATION = 0.012  # radians; a line is long, so little turns it out of its height
_WARP_STEP = 48  # pixels between the knots of the smooth distortion
_WARP_X, _WARP_Y = 3.0, 2.0  # its standard deviation in pixels


def augment_line(image: Gray, rng: np.random.Generator) -> Gray:
    """Return a random variation of a line image.

    Args:
        image: (H, W) uint8, 255 = full ink.
        rng: Source of randomness.

    Returns:
        (H, W') uint8 of the same height; W' differs from W by at most about a third.
    """
    height = image.shape[0]
    image = _warp(image, rng)
    picture = Image.fromarray(image)
    if rng.random() < 0.4:
        picture = _change_strokes(picture, rng)
    ink: npt.NDArray[np.float32] = np.asarray(picture, np.float32) / np.float32(255)
    ink = ink ** np.float32(rng.uniform(0.6, 1.6))  # pen pressure
    ink *= np.float32(rng.uniform(0.6, 1.0))
    if rng.random() < 0.3:
        ink += rng.normal(0, rng.uniform(0.01, 0.06), ink.shape).astype(np.float32)
    if rng.random() < 0.15:
        ink[int(rng.integers(height // 2, height))] += rng.uniform(0.1, 0.5)  # a ruled line
    if rng.random() < 0.25:
        _erase_spans(ink, rng)
    return (np.clip(ink, 0, 1) * 255).astype(np.uint8)


def _warp(image: Gray, rng: np.random.Generator) -> Gray:
    """Scale, shear, rotate, shift and smoothly distort in one resampling (bilinear)."""
    height, width = image.shape
    scale_x, scale_y = rng.uniform(*_SCALE_X), rng.uniform(*_SCALE_Y)
    shear, slope = rng.uniform(-_SHEAR, _SHEAR), rng.uniform(-_ROTATION, _ROTATION)
    new_width = max(16, round(width * scale_x))
    room = height * (1 - scale_y)
    shift = rng.uniform(min(0.0, room), max(0.0, room)) - room / 2
    knots_x = rng.normal(0, _WARP_X, -(-new_width // _WARP_STEP) + 2)
    knots_y = rng.normal(0, _WARP_Y, knots_x.size)
    columns = np.arange(0, new_width + 8, 8, dtype=np.float32)
    position = columns / _WARP_STEP
    source_x = columns / scale_x + np.interp(position, np.arange(knots_x.size), knots_x)
    source_y = (
        slope * (columns - new_width / 2) + np.interp(position, np.arange(knots_y.size), knots_y) + shift
    )

    # A mesh of 8-pixel-wide columns: Pillow resamples each quadrilateral bilinearly, far faster than numpy.
    middle = height / 2
    mesh = []
    for i in range(columns.size - 1):
        box = (int(columns[i]), 0, min(int(columns[i + 1]), new_width), height)
        if box[0] >= new_width:
            break
        corners: list[float] = []
        for column, row in ((i, 0), (i, height), (i + 1, height), (i + 1, 0)):
            offset = (row - middle) / scale_y
            corners += [source_x[column] + shear * offset, middle + offset + source_y[column] / scale_y]
        mesh.append((box, corners))
    picture = Image.fromarray(image).transform(
        (new_width, height), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR, fillcolor=0
    )
    return np.asarray(picture)


def _change_strokes(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Thicken, thin or blur the strokes."""
    choice = rng.integers(3)
    if choice == 0:
        return Image.blend(picture, picture.filter(ImageFilter.MaxFilter(3)), rng.uniform(0.3, 1.0))
    if choice == 1:
        return Image.blend(picture, picture.filter(ImageFilter.MinFilter(3)), rng.uniform(0.2, 0.7))
    return picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.3)))


def _erase_spans(ink: npt.NDArray[np.float32], rng: np.random.Generator) -> None:
    """Set a few narrow columns to paper, in place: the reader must use the context."""
    for _ in range(int(rng.integers(1, 4))):
        width = int(rng.integers(4, 20))
        start = int(rng.integers(0, max(1, ink.shape[1] - width)))
        ink[:, start : start + width] = 0
