"""Image -> strength of the ink at every pixel: what every model input starts from.

Paper is estimated locally and removed, so that any polarity, uneven light and any size end as 0 (paper) to 1
(full ink).
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import Bytes, Flags, Floats, GrayImage, Indices, InkMap, Reals
from text_recognizer.errors import InvalidInputError
from text_recognizer.images import twin
from text_recognizer.images.resizing import strips

_SHEET_SIDE_PX = 48  # shorter side of an image reduced so far that writing blends into its sheet
_SHEET_EROSION_PX = _SHEET_SIDE_PX // 8 * 2 + 1  # a quarter of that side: broader than strokes
_MIN_SHEET_SHARE = 0.1  # this much of what is bright survives that erosion in a sheet, nothing in strokes
_PAPER_BLOCKS = 12  # blocks per longer side; light changes slowly, and every block must show some paper
_MIN_BLOCK_PX = 16  # smaller blocks may lie within a stroke
_BLOCK_SAMPLES = 48  # pixels per side of a block, about; a percentile needs no more
_PAPER_PERCENTILE = 90  # grey of a block's paper: above its ink, below its few brightest specks
_MIN_PAPER_SHARE = 0.85  # a block darker than this share of its brightest neighbour is only ink
_MIN_PAPER_GRAY = 32.0  # darkness is relative to the paper; relative to less, noise would be ink
_INK_PERCENTILE = 99.0  # darkness of full ink: the few darkest pixels are specks
_MIN_FULL_INK = 0.2  # darkness relative to paper; what is fainter everywhere is not raised to full ink
_NOISE_FLOOR = 0.12  # darkness relative to paper that is grain, not ink
_SEEN_PIXELS = 2**19  # of an image; a percentile needs no more
_MAX_SEEN_STEP_PX = 3  # from one to the next: strokes are at least as broad on images that are large enough
_MIN_INK_PIXELS = 8  # fewer are specks on an empty page


def ink_map(image: GrayImage) -> InkMap:
    """Return the strength of ink at every pixel.

    The paper's grey is the local upper percentile, interpolated over the image; ink is
    how much darker a pixel is, relative to the paper, scaled by the strongest ink.

    Args:
        image: (H, W) uint8 grey values, dark on light or light on dark.

    Returns:
        (H, W) float32 in [0, 1], 0 = paper, 1 = full ink; all 0 for an empty page.

    Raises:
        InvalidInputError: If the array is not two-dimensional uint8 or is empty.
    """
    if image.ndim != 2 or image.dtype != np.uint8 or image.size == 0:
        raise InvalidInputError(
            f"The array is {image.dtype} {image.shape}; expected a non-empty uint8 array (H, W). "
            "Load it with text_recognizer.images.loading.load_image."
        )
    if _is_light_on_dark(image):
        image = 255 - image
    darkness = _darkness(image)
    seen = darkness[_some_pixels(darkness.shape)]
    dark_pixels = seen[seen > _NOISE_FLOOR]
    if dark_pixels.size < _MIN_INK_PIXELS:
        return np.zeros(image.shape, np.float32)
    full = max(float(np.percentile(dark_pixels, _INK_PERCENTILE, overwrite_input=True)), _MIN_FULL_INK)
    _stretch(darkness, _NOISE_FLOOR / 2, full)
    return darkness


def _darkness(image: GrayImage) -> InkMap:
    """Return how much darker the pixels of (H, W) are than the paper, relative to that."""
    paper = _paper(image)
    upper, share = _between(len(image), len(paper))
    if twin.is_installed():
        return twin.darkness(image, paper, upper, share, _MIN_PAPER_GRAY)
    darkness = np.empty(image.shape, np.float32)
    for rows, greys in _interpolated(paper, upper, share):
        strip = darkness[rows]
        strip[:] = image[rows]  # first all real numbers: mixed types take twice as long
        np.subtract(greys, strip, out=strip)
        strip /= np.maximum(greys, _MIN_PAPER_GRAY, out=greys)
    return darkness


def _stretch(values: InkMap, floor: float, full: float) -> None:
    """Scale values (H, W) in place, so that `floor` becomes 0 and `full` 1, and cut off the others."""
    if twin.is_installed():
        twin.stretch(values, floor, full)
        return
    for rows in strips(*values.shape):  # a strip stays in the processor's cache
        strip = values[rows]
        strip -= floor
        strip /= full - floor
        np.clip(strip, 0, 1, out=strip)


def inked_rows_and_columns(ink: InkMap, least: float) -> tuple[Indices, Flags]:
    """Return how many pixels of each row of (H, W) have more than `least`, (H,), and which columns, (W,)."""
    if twin.is_installed():
        return twin.inked(ink, least)
    inked = ink > np.float32(least)
    return np.asarray(np.count_nonzero(inked, axis=1)), np.asarray(inked.any(axis=0))


def _some_pixels(shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return enough pixels of (H, W) to tell a percentile: of large images every second or third one."""
    step = min(_MAX_SEEN_STEP_PX, math.ceil((shape[0] * shape[1] / _SEEN_PIXELS) ** 0.5))
    return slice(None, None, step), slice(None, None, step)


def _is_light_on_dark(image: GrayImage) -> bool:
    """Tell whether the writing of (H, W) is light.

    Paper covers most of an image, so that the median lies nearer to its grey than to that of the ink; unless
    the image shows a bright sheet on a dark table.
    """
    low, middle, high = grey_percentiles(image[_some_pixels(image.shape)], (1, 50, 99))
    return bool(high - middle > middle - low) and not _shows_bright_sheet(image, (low + high) / 2)


def grey_percentiles(image: GrayImage, percents: Sequence[float]) -> list[float]:
    """Return the values of `np.percentile` for grey values (H, W): counted, not sorted."""
    reached = np.cumsum(Image.fromarray(image).histogram())
    ranks = (reached[-1] - 1) * np.array(percents) / 100  # in the order of all values
    below = np.searchsorted(reached, np.floor(ranks), side="right")
    above = np.searchsorted(reached, np.ceil(ranks), side="right")
    return [float(value) for value in below + (above - below) * (ranks % 1)]


def _shows_bright_sheet(image: GrayImage, middle: float) -> bool:
    """Tell whether much of what is brighter than `middle` in (H, W) is broader than strokes can be."""
    scale = _SHEET_SIDE_PX / min(image.shape)
    size = [max(1, round(side * min(1.0, scale))) for side in image.shape[::-1]]
    small = Image.fromarray(image).resize(size, Image.Resampling.BOX)
    bright = small.point([255 * (grey > middle) for grey in range(256)])
    broad = bright.filter(ImageFilter.MinFilter(_SHEET_EROSION_PX))
    return bool(np.mean(np.asarray(broad)) > _MIN_SHEET_SHARE * np.mean(np.asarray(bright)))


def _paper(image: GrayImage) -> Floats:
    """Return the paper's grey of (H, W), (h, W) for some rows: a percentile of each block, smoothed."""
    height, width = image.shape
    block = max(_MIN_BLOCK_PX, -(-max(height, width) // _PAPER_BLOCKS))
    rows, columns = -(-height // block), -(-width // block)
    padded = np.pad(image, ((0, rows * block - height), (0, columns * block - width)), mode="edge")
    step = max(1, round(block / _BLOCK_SAMPLES))
    blocks = padded.reshape(rows, block, columns, block)[:, ::step, :, ::step]
    grid = _paper_of_blocks(blocks).astype(np.float32)  # (rows, columns)
    # A block that is all ink has no paper of its own: it takes the brighter neighbours' value.
    neighbours = np.pad(grid, 1, mode="edge")
    shifted = [neighbours[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    brightest = np.max(shifted, axis=0)
    grid = np.maximum(grid, _MIN_PAPER_SHARE * brightest)
    return np.asarray(Image.fromarray(grid).resize((width, rows), Image.Resampling.BILINEAR))


def _paper_of_blocks(blocks: Bytes) -> Reals:
    """Return the paper's grey of blocks (rows, h, columns, w), (rows, columns): counted, not sorted."""
    rows, height, columns, width = blocks.shape
    each = blocks.transpose(0, 2, 1, 3).reshape(rows * columns, height * width)
    counts = np.stack([np.bincount(block, minlength=256) for block in each])
    reached = counts.cumsum(axis=1).reshape(rows, columns, 256)
    rank = (height * width - 1) * _PAPER_PERCENTILE / 100
    below, above = (
        np.count_nonzero(reached <= place, axis=2) for place in (math.floor(rank), math.ceil(rank))
    )
    return np.asarray(below + (above - below) * (rank % 1), np.float64)


def _between(height: int, rows: int) -> tuple[Indices, Floats]:
    """Return between which rows of `rows` the `height` rows lie that Pillow's BILINEAR enlarges them to.

    Returns:
        (height,) the upper one, and the share of the lower one.
    """
    centres = (np.arange(height) + 0.5) * (rows / height)
    upper = np.maximum((centres - 0.5).astype(np.int64), 0)
    return upper, np.clip(centres - 0.5 - upper, 0, 1).astype(np.float32)


def _interpolated(image: Floats, upper: Indices, share: Floats) -> Iterator[tuple[slice, Floats]]:
    """Yield strips (rows, W) of `image` (h, W) enlarged to H rows, see `_between` for `upper` and `share`."""
    ends = np.searchsorted(upper, np.arange(len(image)), side="right").tolist()
    for row, (begin, end) in enumerate(pairwise([0, *ends])):  # between two rows of `image`
        lower = image[min(row + 1, len(image) - 1)]
        for part in strips(end - begin, image.shape[1]):
            rows = slice(begin + part.start, begin + part.stop)
            strip = share[rows, None] * (lower - image[row])
            strip += image[row]
            yield rows, strip
