"""Random variation of character images for training."""

import numpy as np
import numpy.typing as npt
from PIL import Image

# Little: slant and proportions are all that tells l from 1 and O from 0.
_ROTATION = np.deg2rad(5)
_SHEAR = 0.07
_SCALE = (0.92, 1.08)
_ASPECT = (0.97, 1.03)
_SHIFT = 1.5  # pixels


def augment_character(image: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return the character slightly turned, slanted, scaled and moved.

    Args:
        image: (H, W) uint8, 255 = full ink.
        rng: Source of randomness.

    Returns:
        (H, W) uint8.
    """
    height, width = image.shape
    angle, shear = rng.uniform(-_ROTATION, _ROTATION), rng.uniform(-_SHEAR, _SHEAR)
    scale, aspect = rng.uniform(*_SCALE), rng.uniform(*_ASPECT)
    scale_x, scale_y = scale * aspect, scale / aspect
    cos, sin = np.cos(angle), np.sin(angle)
    a, b, c, d = cos / scale_x, (sin + shear) / scale_x, -sin / scale_y, cos / scale_y
    x, y = width / 2, height / 2
    dx, dy = rng.uniform(-_SHIFT, _SHIFT, size=2)
    moved = Image.fromarray(image).transform(
        (width, height),
        Image.Transform.AFFINE,
        (a, b, x - a * x - b * y + dx, c, d, y - c * x - d * y + dy),
        Image.Resampling.BILINEAR,
    )
    return np.asarray(moved)
