"""Image -> strength of the ink at every pixel: what every model input starts from.

Paper is estimated locally and removed, so that any polarity, uneven light and any size end as 0 (paper) to 1
(full ink).
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from text_recognizer.errors import InvalidInputError
from text_recognizer.images.resizing import strips

Gray = npt.NDArray[np.uint8]
Float = npt.NDArray[np.float32]

_SHEET_SIZE = 48  # shorter side of an image reduced so far that writing blends into its sheet
_SHEET_SHARE = 0.1  # of what is bright, inside of a sheet; of light strokes nothing is that broad
_PAPER_BLOCKS = 12  # the paper is estimated on a grid of about this many blocks per longer side
_INK_PERCENTILE = 99.0
_NOISE_FLOOR = 0.12  # darkness relative to paper that is grain, not ink


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
            "Load it with text_recognizer.images.loading.load_image."
        )
    if _is_light_on_dark(image):
        image = 255 - image
    darkness = np.empty(image.shape, np.float32)
    for rows, paper in _paper(image):
        np.subtract(paper, image[rows], out=darkness[rows])
        darkness[rows] /= np.maximum(paper, 32.0, out=paper)
    dark_pixels = darkness[darkness > _NOISE_FLOOR]
    if dark_pixels.size < 8:
        return np.zeros(image.shape, np.float32)
    full = max(float(np.percentile(dark_pixels, _INK_PERCENTILE)), 0.2)
    floor = _NOISE_FLOOR / 2
    darkness -= floor
    darkness /= full - floor
    return np.clip(darkness, 0, 1, out=darkness)


def _is_light_on_dark(image: Gray) -> bool:
    """Paper covers most of an image, unless it is a bright sheet on a dark table."""
    low, middle, high = _percentiles(image, (1, 50, 99))
    return bool(high - middle > middle - low) and not _shows_bright_sheet(image, (low + high) / 2)


def _percentiles(image: Gray, percents: Sequence[float]) -> list[float]:
    """Return the values of `np.percentile` for grey values (H, W): counted, not sorted."""
    reached = np.cumsum(Image.fromarray(image).histogram())
    places = (reached[-1] - 1) * np.array(percents) / 100  # in the order of all values
    below = np.searchsorted(reached, np.floor(places), side="right")
    above = np.searchsorted(reached, np.ceil(places), side="right")
    return list(below + (above - below) * (places % 1))


def _shows_bright_sheet(image: Gray, middle: float) -> bool:
    """Tell whether much of what is bright is broader than strokes: a quarter of the shorter side."""
    scale = _SHEET_SIZE / min(image.shape)
    size = [max(1, round(side * min(1.0, scale))) for side in image.shape[::-1]]
    small = Image.fromarray(image).resize(size, Image.Resampling.BOX)
    bright = small.point([255 * (grey > middle) for grey in range(256)])
    broad = bright.filter(ImageFilter.MinFilter(_SHEET_SIZE // 8 * 2 + 1))
    return bool(np.mean(np.asarray(broad)) > _SHEET_SHARE * np.mean(np.asarray(bright)))


def _paper(image: Gray) -> Iterator[tuple[slice, Float]]:
    """Yield the paper's grey, strip by strip (rows, W): blockwise 90th percentile, smoothed."""
    height, width = image.shape
    block = max(16, -(-max(height, width) // _PAPER_BLOCKS))
    rows, columns = -(-height // block), -(-width // block)
    padded = np.pad(image, ((0, rows * block - height), (0, columns * block - width)), mode="edge")
    step = max(1, block // 48)  # a percentile needs no more than some 48 x 48 samples
    blocks = padded.reshape(rows, block, columns, block)[:, ::step, :, ::step]
    grid = np.percentile(blocks, 90, axis=(1, 3)).astype(np.float32)  # (rows, columns)
    # A block that is all ink has no paper of its own: it takes the brighter neighbours' value.
    neighbours = np.pad(grid, 1, mode="edge")
    shifted = [neighbours[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    brightest = np.max(shifted, axis=0)
    grid = np.maximum(grid, 0.85 * brightest)
    wide = np.asarray(Image.fromarray(grid).resize((width, rows), Image.Resampling.BILINEAR))
    return _stretch(wide, height)


def _stretch(image: Float, height: int) -> Iterator[tuple[slice, Float]]:
    """Yield strips of `image` (h, W) enlarged to `height` rows, with the values of Pillow's BILINEAR."""
    centres = (np.arange(height) + 0.5) * (len(image) / height)
    upper = np.maximum((centres - 0.5).astype(np.int64), 0)
    lower = np.minimum(upper + 1, len(image) - 1)
    share = np.clip(centres - 0.5 - upper, 0, 1)[:, None].astype(np.float32)  # of the lower row
    for rows in strips(height, image.shape[1]):
        strip = image[upper[rows]]
        strip += (image[lower[rows]] - strip) * share[rows]
        yield rows, strip
