"""A character image -> what the networks trained on EMNIST take."""

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.images.ink import ink_map
from text_recognizer.images.resizing import resampling

CHARACTER_SIZE = 28  # pixels per side of the input, as in EMNIST
CHARACTER_GLYPH = 24  # pixels of the longer side of a character's box within it, as in EMNIST

_MIN_INK = 0.1  # fainter pixels lie outside of a character's box
_MIN_READY_GLYPH_PX = 20  # in an image of CHARACTER_SIZE a box this long is laid out as in EMNIST already


def character_input(image: GrayImage) -> InkMap:
    """Return a character image as the networks trained on EMNIST take it.

    The box of the ink is scaled, aspect ratio kept, to 24 pixels and centred in 28 x 28, as
    EMNIST's authors did (Cohen et al. 2017, arXiv 1702.05373, section II-B). Where that has
    been done already, as in their images, the pixels are not resampled once more.

    Args:
        image: (H, W) uint8 grey values of one upright character, any size and polarity.

    Returns:
        (28, 28) float32 in [0, 1], ink = 1.

    Raises:
        InvalidInputError: If `image` is not a non-empty uint8 array (H, W).
    """
    whole = ink_map(image)
    ink = _crop_to_box(whole)
    if whole.shape == (CHARACTER_SIZE, CHARACTER_SIZE) and max(ink.shape) >= _MIN_READY_GLYPH_PX:
        return whole
    scale = CHARACTER_GLYPH / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    scaled = Image.fromarray(ink).resize((width, height), resampling(scale))
    top, left = (CHARACTER_SIZE - height) // 2, (CHARACTER_SIZE - width) // 2
    result = np.zeros((CHARACTER_SIZE, CHARACTER_SIZE), np.float32)
    result[top : top + height, left : left + width] = np.asarray(scaled)
    return result


def _crop_to_box(ink: InkMap) -> InkMap:
    """Cut off what lies outside of the ink of (H, W); an image without ink stays as it is."""
    rows, columns = (np.flatnonzero((ink > _MIN_INK).any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return ink
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
