"""What a camera and a file format do to an image of a word: blur, noise, sharpening, JPEG."""

import functools

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import Floats, GrayImage
from text_recognizer.augmentation.paper import grain
from text_recognizer.datasets.words.drawing.block_coding import code_blocks

_BLURRED_SHARE = 0.55
_BLUR_HEIGHTS = 0.024  # scale of the blur's radius relative to the height, exponentially distributed
_MAX_BLUR_HEIGHTS = 0.07  # beyond it even people cannot read
_MOTION_SHARE = 0.15  # of the blurred images
_NOISY_SHARE = 0.5
_NOISE_GRAYS = 4.0  # scale of the noise's deviation, exponentially distributed
_MAX_NOISE_GRAYS = 25.0
_MAX_NOISE = 0.1  # deviation of the noise relative to the range of greys in the image
_SHEET_PIXELS = 1 << 20  # many times as many as an image has
_SHARPENED_SHARE = 0.15
_SHARPENING = ImageFilter.Kernel((3, 3), (0, -1, 0, -1, 7, -1, 0, -1, 0), 3)
_JPEG_SHARE = 0.35
_JPEG_QUALITIES = (12, 85)
_STRETCHED_SHARE = 0.25  # images with more or less contrast than the scene; what leaves the scale is lost
_STRETCHES = (0.75, 1.8)


def degrade(image: Floats, rng: np.random.Generator) -> GrayImage:
    """Return an image as a camera and a file format leave it.

    Args:
        image: (H, W) grey values, about 0 to 255.
        rng: Source of randomness.
    """
    if rng.random() < _STRETCHED_SHARE:
        middle = (image.min() + image.max()) / 2
        image = (image - middle) * np.float32(rng.uniform(*_STRETCHES)) + middle
    if rng.random() < _NOISY_SHARE:
        image = image + _noise(image, rng)
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    if rng.random() < _BLURRED_SHARE:
        picture = _blur(picture, rng)
    if rng.random() < _SHARPENED_SHARE:
        picture = picture.filter(_SHARPENING)
    if rng.random() < _JPEG_SHARE:
        offset = tuple(rng.integers(0, 8, 2).tolist())
        return code_blocks(np.asarray(picture), int(rng.integers(*_JPEG_QUALITIES)), offset)
    return np.asarray(picture)


def _exponential(scale: float, most: float, rng: np.random.Generator) -> float:
    return min(float(rng.exponential(scale)), most)


def _noise(image: Floats, rng: np.random.Generator) -> Floats:
    """Return noise (H, W) that does not drown what is seen: in single pixels, or coarser."""
    deviation = min(float(np.ptp(image)) * _MAX_NOISE, _exponential(_NOISE_GRAYS, _MAX_NOISE_GRAYS, rng))
    noise = pixel_noise if rng.random() < 0.5 else grain
    return noise(image.shape, rng) * np.float32(deviation)


def pixel_noise(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return noise in single pixels, (H, W), mean 0 and deviation 1: a random part of a sheet; read-only."""
    height, width = size
    start = int(rng.integers(0, _SHEET_PIXELS - height * width))
    return _sheet()[start : start + height * width].reshape(size)


@functools.cache
def _sheet() -> Floats:
    """Return normally distributed noise, (N,): making it anew takes as long as everything else together."""
    sheet = np.random.default_rng(0).standard_normal(_SHEET_PIXELS, np.float32)
    sheet.flags.writeable = False
    return sheet


def _blur(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    radius = _exponential(_BLUR_HEIGHTS, _MAX_BLUR_HEIGHTS, rng) * picture.height
    if rng.random() < _MOTION_SHARE:
        along = 2 * radius
        return picture.filter(ImageFilter.BoxBlur((along, 0) if rng.random() < 0.7 else (0, along / 2)))
    return picture.filter(ImageFilter.BoxBlur(radius))
