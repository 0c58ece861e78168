"""An image -> the same seen from elsewhere: turned, cut out, without perspective."""

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage, Mask
from text_recognizer.images.resizing import strips
from text_recognizer.preparation.homography import Homography


def warp(image: GrayImage, to_image: Homography, size: tuple[int, int]) -> tuple[GrayImage, Mask]:
    """Return another view of an image (H, W), interpolated by cubic splines.

    Args:
        image: The image.
        to_image: From the view's points to those of `image`.
        size: Width and height of the view.

    Returns:
        The view (height, width); and which of its pixels lie outside of the image, (height, width).
    """
    coefficients = (to_image.matrix / to_image.matrix[2, 2]).ravel()[:8].tolist()
    view = Image.fromarray(image).transform(
        size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC
    )
    return np.array(view), _outside(to_image, size, (image.shape[1], image.shape[0]))


def _outside(to_image: Homography, size: tuple[int, int], image_size: tuple[int, int]) -> Mask:
    """Tell which pixels of a view (height, width) lie outside of its image or in its outermost pixels."""
    (a, b, c), (d, e, f), (g, h, i) = to_image.matrix.tolist()
    x = np.arange(size[0], dtype=np.float32) + np.float32(0.5)
    outside = np.zeros(size[::-1], np.bool_)
    # Some rows at a time: the coordinates of all pixels take twelve times the memory of the view.
    for rows in strips(size[1], size[0]):
        y = (np.arange(rows.start, rows.stop, dtype=np.float32) + np.float32(0.5))[:, None]
        scale = g * x + h * y + i
        for along, limit in ((a * x + b * y + c, image_size[0]), (d * x + e * y + f, image_size[1])):
            outside[rows] |= (along < scale) | (along > (limit - 1) * scale)
    return outside
