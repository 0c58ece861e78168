"""Pages out of focus, and grainy ones -> strokes with edges, and paper without grain.

Networks read neither: they learned lines as scanners and telephones see them as a rule.
"""

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import GrayImage, Indices
from text_recognizer.images.ink import ink_map
from text_recognizer.layout.letter_size import letter_height

_SEEN_PIXELS = 2**17  # of a page: enough to tell how sharp it is
_BLOCK_PX = 16  # pixels of a row in which the edge of a stroke is looked for: it lies within most of them
_CONTRAST_PERCENTILE = 99  # of blocks with strokes
_MIN_CONTRAST_SHARE = 0.5  # of that: blocks with less show no stroke as a whole
_STEP_OF_EDGE = 2.507  # deviations of a blurred edge from end to end at its steepest slope: sqrt(2 pi)
_MIN_BLUR_PX = 1.3  # scans have 0.5 to 1.0, and so have good photographs
_MIN_BLUR_LETTERS = 0.035  # of the height of letters; large letters stay legible
_SHARPENING_RADIUS = 1.25  # in deviations of the blur, which thin strokes make look smaller than it is
_SHARPENING_PERCENT = 400
_MAX_RADIUS_PX = 8.0  # more is no page, and takes long
_NORMAL_QUARTILE = 0.6745  # median of the absolute values of a normal deviation of 1
_MASK_DEVIATION = 6.0  # of the second differences of a second difference, for independent pixels
_MIN_GRAIN = 10.0  # greys of deviation between neighbours; photographs have 6
_SMOOTHING_PX = 0.7  # more blurs the thin strokes of pens


def in_focus(image: GrayImage) -> GrayImage:
    """Return a page (H, W) with sharp edges and without strong grain; itself if it has both already."""
    if grain(image) > _MIN_GRAIN:
        return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(_SMOOTHING_PX)))
    deviation = blur(image)
    if deviation < _MIN_BLUR_PX or deviation < _MIN_BLUR_LETTERS * letter_height(ink_map(image)):
        return image
    radius = min(_MAX_RADIUS_PX, _SHARPENING_RADIUS * deviation)
    mask = ImageFilter.UnsharpMask(radius, _SHARPENING_PERCENT, threshold=0)
    return np.asarray(Image.fromarray(image).filter(mask))


def blur(image: GrayImage) -> float:
    """Return the deviation in pixels of the Gaussian that the edges of strokes (H, W) look blurred by.

    It is told from the greys that an edge spans and from its steepest step; 0 if there are no edges.
    """
    width = image.shape[1] // _BLOCK_PX * _BLOCK_PX
    rows = image[:: _row_step(image), :width].astype(np.int16)
    if not rows.size:
        return 0.0
    blocks = rows.reshape(len(rows), -1, _BLOCK_PX)
    spans = blocks.max(axis=2) - blocks.min(axis=2)
    steps = np.abs(np.diff(blocks, axis=2)).max(axis=2)
    strokes = (spans >= _MIN_CONTRAST_SHARE * np.percentile(spans, _CONTRAST_PERCENTILE)) & (steps > 0)
    return float(np.median(spans[strokes] / steps[strokes])) / _STEP_OF_EDGE if strokes.any() else 0.0


def grain(image: GrayImage) -> float:
    """Return the deviation of the noise of an image (H, W) in greys: of its paper, since strokes are few.

    Source: Immerkaer 1996 (Fast noise variance estimation, Computer Vision and Image Understanding 64), with
    a median instead of the mean.
    """
    height, width = image.shape
    if height < 3 or width < 3:
        return 0.0
    tops: Indices = np.arange(0, height - 2, 3 * _row_step(image))
    above, middle, below = (image[tops + down].astype(np.int16) for down in range(3))
    across = above - 2 * middle + below
    both = across[:, :-2] - 2 * across[:, 1:-1] + across[:, 2:]
    return float(np.median(np.abs(both))) / (_NORMAL_QUARTILE * _MASK_DEVIATION)


def _row_step(image: GrayImage) -> int:
    """Return which rows of an image (H, W) are looked at: every n-th."""
    return max(1, image.size // _SEEN_PIXELS)
