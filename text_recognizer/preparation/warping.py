"""An image -> the same seen from elsewhere: turned, cut out, without perspective."""

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage, Mask
from text_recognizer.preparation.homography import Homography

_MAX_SMOOTH_PIXELS = 4_000_000  # strokes of larger views are broad: splines would only take more time
_AFFINE = 1e-12  # entries of the last row of a matrix below it are rounding errors
_PARALLEL = 1e-9  # of a border against the rows of a view: less does not cross one within it


def warp(image: GrayImage, to_image: Homography, size: tuple[int, int]) -> tuple[GrayImage, Mask]:
    """Return another view of an image (H, W): by cubic splines, or linear where that is large.

    Args:
        image: The image.
        to_image: From the view's points to those of `image`.
        size: Width and height of the view.

    Returns:
        The view (height, width); and which of its pixels lie outside of the image, (height, width).
    """
    matrix = to_image.matrix / to_image.matrix[2, 2]
    smooth = size[0] * size[1] <= _MAX_SMOOTH_PIXELS
    resampling = Image.Resampling.BICUBIC if smooth else Image.Resampling.BILINEAR
    if np.abs(matrix[2, :2]).max() < _AFFINE:  # without perspective, Pillow needs no division per pixel
        kind, coefficients = Image.Transform.AFFINE, matrix.ravel()[:6].tolist()
    else:
        kind, coefficients = Image.Transform.PERSPECTIVE, matrix.ravel()[:8].tolist()
    view = Image.fromarray(image).transform(size, kind, coefficients, resampling)
    return np.array(view), _outside(to_image, size, (image.shape[1], image.shape[0]))


def _outside(to_image: Homography, size: tuple[int, int], image_size: tuple[int, int]) -> Mask:
    """Tell which pixels of a view (height, width) lie outside of its image or in its outermost pixels."""
    along_x, along_y, scale = to_image.matrix
    rows = np.arange(size[1]) + 0.5
    first, last = np.zeros(size[1]), np.full(size[1], size[0] - 1.0)
    # Each side of the image is a line a x + b y + c = 0 of the view; in a row, one part lies within.
    for a, b, c in (
        along_x - scale,
        along_y - scale,
        (image_size[0] - 1) * scale - along_x,
        (image_size[1] - 1) * scale - along_y,
    ):
        rest = b * rows + c
        if abs(a) < _PARALLEL:
            last[rest < 0] = -1.0
        elif a > 0:
            first = np.maximum(first, np.ceil(-rest / a - 0.5))
        else:
            last = np.minimum(last, np.floor(-rest / a - 0.5))
    outside = np.ones((size[1], size[0]), np.bool_)
    begins, ends = (np.clip(each, -1, size[0]).astype(np.int64).tolist() for each in (first, last))
    for row, begin, end in zip(outside, begins, ends, strict=True):
        row[max(0, begin) : max(0, end + 1)] = False
    return outside
