"""Sheets as a camera sees them: on a table, askew, and in uneven light."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage, Mask
from text_recognizer.preparation.homography import Homography

_TABLE_GRAY = (35, 80)  # a dark table: darker than any paper
_GRAIN_PX = (12, 160)  # rows and columns of the grain of its wood
_GRAIN_GRAY = 8.0  # standard deviation of the grain
_MAX_LIGHT_LOSS = 0.5  # of the light, from one side of a picture to the other


def wooden_table(size: tuple[int, int], rng: np.random.Generator) -> GrayImage:
    """Return the wood of a table, (H, W)."""
    height, width = size
    cells = max(2, height // _GRAIN_PX[0]), max(2, width // _GRAIN_PX[1])
    grain = Image.fromarray(rng.standard_normal(cells).astype(np.float32))
    smooth = np.asarray(grain.resize((width, height), Image.Resampling.BICUBIC))
    return np.clip(rng.uniform(*_TABLE_GRAY) + _GRAIN_GRAY * smooth, 0, 255).astype(np.uint8)


def seen_at(
    image: GrayImage, corners: Sequence[tuple[float, float]], size: tuple[int, int]
) -> tuple[GrayImage, Mask]:
    """Return a page as it is seen when its corners lie elsewhere, and which pixels it covers.

    Args:
        image: (H, W) grey values.
        corners: Where its corners come to lie, x and y in pixels, clockwise from the top left.
        size: Width and height of the picture.

    Returns:
        The picture and the mask, (height, width) both.
    """
    height, width = image.shape
    own = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    to_image = Homography.between(corners, own).matrix
    coefficients = (to_image / to_image[2, 2]).ravel()[:8].tolist()
    method, smooth = Image.Transform.PERSPECTIVE, Image.Resampling.BICUBIC
    picture = Image.fromarray(image).transform(size, method, coefficients, smooth)
    covered = Image.new("L", (width, height), 255).transform(size, method, coefficients)
    return np.asarray(picture), np.asarray(covered) > 0


def in_uneven_light(image: GrayImage, rng: np.random.Generator) -> GrayImage:
    """Return a picture (H, W) with less light towards one side or corner."""
    height, width = image.shape
    angle, loss = rng.uniform(0, 2 * np.pi), rng.uniform(0, _MAX_LIGHT_LOSS)
    down, right = np.linspace(-0.5, 0.5, height)[:, None], np.linspace(-0.5, 0.5, width)
    slope = (right * np.cos(angle) + down * np.sin(angle) + 0.75) / 1.5  # 0-1 across the picture
    return np.asarray(np.rint(image * (1 - loss * np.clip(slope, 0, 1))), np.uint8)
