"""Image -> model input; one function per input kind, shared by training and serving.

Everything starts from `ink_map`: paper is estimated locally and removed, so that any
polarity, uneven light and any size end as ink strength 0 (paper) to 1 (full ink).
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

from text_recognizer.errors import InvalidInputError

Gray = npt.NDArray[np.uint8]
Float = npt.NDArray[np.float32]

LINE_HEIGHT = 64
LINE_MARGIN = 16  # blank columns on both sides of a line (at height 64), so that padding changes nothing

_PAPER_BLOCKS = 12  # the paper is estimated on a grid of about this many blocks per longer side
_INK_PERCENTILE = 99.0
_NOISE_FLOOR = 0.12  # darkness relative to paper that is grain, not ink
_ROW_INK = 0.02  # a row belongs to the line when it holds this part of the strongest row's ink


def ink_map(image: Gray) -> Float:
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
            f"Expected a non-empty uint8 array (H, W); received {image.dtype} {image.shape}. "
            "Load it with text_recognizer.image.load_image."
        )
    if _is_light_on_dark(image):
        image = 255 - image
    paper = _paper(image)
    darkness = (paper - image) / np.maximum(paper, 32.0)
    dark_pixels = darkness[darkness > _NOISE_FLOOR]
    if dark_pixels.size < 8:
        return np.zeros(image.shape, np.float32)
    full = max(float(np.percentile(dark_pixels, _INK_PERCENTILE)), 0.2)
    floor = _NOISE_FLOOR / 2
    return np.clip((darkness - floor) / (full - floor), 0, 1).astype(np.float32)


def _is_light_on_dark(image: Gray) -> bool:
    """Paper covers most of a page: the median is near the paper's end of the grey range."""
    low, middle, high = np.percentile(image, (1, 50, 99))
    return bool(high - middle > middle - low)


def _paper(image: Gray) -> Float:
    """Return the paper's grey at every pixel, (H, W): blockwise 90th percentile, smoothed."""
    height, width = image.shape
    block = max(16, -(-max(height, width) // _PAPER_BLOCKS))
    rows, columns = -(-height // block), -(-width // block)
    padded = np.pad(image, ((0, rows * block - height), (0, columns * block - width)), mode="edge")
    step = max(1, block // 48)  # a percentile needs no more than some 48 x 48 samples
    blocks = padded.reshape(rows, block, columns, block)[:, ::step, :, ::step]
    grid = np.percentile(blocks, 90, axis=(1, 3)).astype(np.float32)  # (rows, columns)
    # A block that is all ink has no paper of its own: it takes the brighter neighbours' value.
    neighbours = np.pad(grid, 1, mode="edge")
    brightest = np.max([neighbours[i : i + rows, j : j + columns] for i in range(3) for j in range(3)], axis=0)
    grid = np.maximum(grid, 0.85 * brightest)
    return np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BILINEAR))


def line_input(image: Gray, height: int = LINE_HEIGHT, width: int | None = None) -> Float:
    """Return a line image as the recognizers take it.

    The rows without ink are cut off, the rest is scaled to `height` with its aspect
    ratio kept, and blank columns are added on both sides.

    Args:
        image: (H, W) uint8 grey values of one text line, any size and polarity.
        height: Rows of the result.
        width: None for whatever width the aspect ratio gives; otherwise the result is
            squeezed if it is wider and padded with paper on the right if it is narrower.

    Returns:
        (height, W') float32 in [0, 1], ink = 1.

    Raises:
        InvalidInputError: If `image` is not a non-empty uint8 array (H, W).
    """
    return ink_to_line(ink_map(image), height, width)


def ink_to_line(ink: Float, height: int = LINE_HEIGHT, width: int | None = None) -> Float:
    """Do what `line_input` does for an ink map (H, W) that is already computed."""
    ink = _crop_to_ink(ink)
    margin = round(LINE_MARGIN * height / LINE_HEIGHT)
    scaled_width = max(1, round(ink.shape[1] * height / ink.shape[0]))
    if width is not None:
        scaled_width = min(scaled_width, width - 2 * margin)
    scaled = Image.fromarray(ink).resize((scaled_width, height), Image.Resampling.BOX if ink.shape[0] > height else Image.Resampling.BILINEAR)
    right = margin if width is None else width - margin - scaled_width
    return np.pad(np.asarray(scaled), ((0, 0), (margin, right)))


def _crop_to_ink(ink: Float) -> Float:
    """Cut blank rows and columns off, but never to less than a fifth of the height."""
    height = ink.shape[0]
    rows = np.where(ink > 0.3, ink, 0).sum(axis=1)
    columns = np.where(ink > 0.3, ink, 0).sum(axis=0)
    if rows.max() <= 0:
        return ink
    inked = np.flatnonzero(rows > _ROW_INK * rows.max())
    top, bottom = int(inked[0]), int(inked[-1]) + 1
    if (missing := height // 5 - (bottom - top)) > 0:
        top, bottom = max(0, top - missing // 2), min(height, bottom + missing - missing // 2)
    inked = np.flatnonzero(columns > 0.5)
    left, right = (int(inked[0]), int(inked[-1]) + 1) if inked.size else (0, ink.shape[1])
    return ink[top:bottom, left:right]
