"""Images and ink scaled down, a strip of rows at a time where a page has millions of pixels."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage, InkImage, InkMap
from text_recognizer.images import twin

_STRIP_PIXELS = 2**18  # worked on at a time where values in between take more memory than the result


def strips(height: int, width: int) -> Iterator[slice]:
    """Yield the rows of an image (height, width) in slices of at most 2 ** 18 pixels, but at least a row."""
    step = max(1, _STRIP_PIXELS // max(1, width))
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))


def reduce_image(image: GrayImage, max_pixels: int) -> GrayImage:
    """Scale an image (H, W) down to at most `max_pixels`, aspect ratio kept; a smaller one stays as it is."""
    height, width = image.shape
    if height * width <= max_pixels:
        return image
    scale = (max_pixels / (height * width)) ** 0.5
    size = max(1, int(width * scale)), max(1, int(height * scale))
    return np.array(Image.fromarray(image).resize(size, resampling(scale)))


def resize_ink(ink: InkMap, width: int, height: int, resample: Image.Resampling) -> InkMap:
    """Scale (H, W) to (height, width) by Pillow's BOX or BILINEAR, always the columns first."""
    if twin.is_installed():
        return twin.resampled(ink, width, height, resample == Image.Resampling.BOX)
    narrow = Image.fromarray(ink).resize((width, ink.shape[0]), resample)
    return np.asarray(narrow.resize((width, height), resample))


def enlarge_ink(ink: InkMap, factor: float) -> InkMap:
    """Return ink (H, W) on `factor` times as many rows and columns, interpolated."""
    height, width = (round(side * factor) for side in ink.shape)
    return resize_ink(ink, width, height, Image.Resampling.BILINEAR)


def with_paper(ink: InkMap, rows: tuple[int, int], columns: tuple[int, int]) -> InkMap:
    """Return (H, W) with rows of paper above and below, and columns of it on the left and on the right.

    `numpy.pad` does it in several times the time, which counts where lines are many and small.
    """
    height, width = ink.shape
    padded = np.zeros((height + sum(rows), width + sum(columns)), ink.dtype)
    padded[rows[0] : rows[0] + height, columns[0] : columns[0] + width] = ink
    return padded


def reduce_ink(ink: InkMap, width: int, height: int) -> InkMap:
    """Scale (H, W) down to (height, width) as Pillow's BILINEAR does, which would copy the whole page."""
    if twin.is_installed():
        return twin.resampled(ink, width, height, box=False)
    # First the columns, in strips of rows; what is then left is small.
    parts = (Image.fromarray(ink[rows]) for rows in strips(*ink.shape))
    narrow = [np.asarray(part.resize((width, part.height), Image.Resampling.BILINEAR)) for part in parts]
    whole = Image.fromarray(np.concatenate(narrow))
    return np.asarray(whole.resize((width, height), Image.Resampling.BILINEAR))


def reduce_to_bytes(ink: InkMap, factor: int) -> InkImage:
    """Return the means of squares of ink (H, W) in steps of 1 / 255; (H / factor, W / factor), rounded up."""
    image = np.empty(ink.shape, np.uint8)
    for rows in strips(*ink.shape):
        np.multiply(ink[rows], np.float32(255), out=image[rows], casting="unsafe")
    return np.asarray(Image.fromarray(image).reduce(factor)) if factor > 1 else image


def resampling(scale: float) -> Image.Resampling:
    """Return Pillow's filter for scaling by `scale`: averages below 1, interpolation from 1 on."""
    return Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
