"""An image of one word -> what the word recognizers take; shared by serving, data sets and the generator.

Paper and ink are each one grey for the whole word: a word is too small for local estimates, and the network
learns the rest. What costs time is done at the height of the network, not at that of the image.
"""

import numpy as np
from PIL import Image

from text_recognizer.arrays import Bytes, GrayImage, InkImage, InkMap
from text_recognizer.errors import InvalidInputError
from text_recognizer.images.resizing import resampling

WORD_HEIGHT = 64  # rows; with frames of 8 columns letters get as many as at 32 rows with frames of 4
# Widths relative to the height. Of 6,468 real words 98 have more letters than frames of 8 columns at height
# 64; none has where the narrowest are stretched to this.
MIN_ASPECT = 2.0
MAX_ASPECT = 32.0  # longer strips than any word are squeezed, so that memory stays bounded

UPRIGHT_ASPECT = 2 / 3  # width by height: what is narrower may be a letter, or a word that runs up or down

# Of the pixels of a word. Full ink lies behind the outer percents, which are specks; paper behind the next.
_PERCENTS = np.array((2.0, 35.0, 50.0, 65.0, 98.0))
_MIN_CONTRAST_GRAYS = 24.0  # weaker differences are the grain of a blank image and are not raised to full ink


def word_views(image: GrayImage) -> list[GrayImage]:
    """Return what may be the word of an image (H, W): the image itself, and of a narrow one also its turns.

    Of 17 real words narrower than `UPRIGHT_ASPECT`, held back from training, one is read as it is, and ten
    in the most probable of three views.
    """
    height, width = image.shape
    if width > UPRIGHT_ASPECT * height:
        return [image]
    return [image, *(np.ascontiguousarray(np.rot90(image, quarter)) for quarter in (1, -1))]


def word_input(image: GrayImage, height: int = WORD_HEIGHT, width: int | None = None) -> InkMap:
    """Return the image of a word as the recognizers take it.

    It is scaled to `height` rows. Then its paper and its ink, estimated from the grey values of the result,
    become 0 and 1; the ink may be darker or brighter than the paper.

    Args:
        image: (H, W) uint8 grey values of one word, any size and polarity.
        height: Rows of the result.
        width: None for the width that the aspect ratio gives, but no aspect ratio below MIN_ASPECT or above
            MAX_ASPECT; otherwise the columns of the result, to which it is stretched or squeezed.

    Returns:
        (height, W') float32 in [0, 1], ink = 1; all 0 if the image has next to no contrast.

    Raises:
        InvalidInputError: If `image` is not a non-empty uint8 array (H, W).
    """
    return np.divide(word_ink(image, height, width), 255, dtype=np.float32)


def word_ink(image: GrayImage, height: int = WORD_HEIGHT, width: int | None = None) -> InkImage:
    """Do what `word_input` does, but return 0-255 for 0-1: what data sets keep."""
    if image.ndim != 2 or image.dtype != np.uint8 or image.size == 0:
        raise InvalidInputError(
            f"The array is {image.dtype} {image.shape}; expected a non-empty uint8 array (H, W). "
            "Load it with text_recognizer.images.loading.load_image."
        )
    columns = word_width(image.shape[0], image.shape[1], height) if width is None else width
    enlarged = max(height / image.shape[0], columns / image.shape[1])
    scaled = Image.fromarray(image).resize((columns, height), resampling(enlarged))
    # Bytes are translated in a tenth of the time that Pillow's `point` and NumPy's indexing take.
    inks = scaled.tobytes().translate(_ink_of_grays(scaled).tobytes())
    return np.frombuffer(inks, np.uint8).reshape(height, columns)


def word_width(rows: int, columns: int, height: int = WORD_HEIGHT) -> int:
    """Return the columns that `word_input` gives an image of this size where the width is free."""
    return max(1, round(height * min(max(columns / rows, MIN_ASPECT), MAX_ASPECT)))


def _ink_of_grays(image: Image.Image) -> Bytes:
    """Return the ink, (256,), of each grey value 0-255 of a grey image."""
    reached = np.cumsum(image.histogram())
    low, dark, middle, bright, high = np.searchsorted(reached, reached[-1] * _PERCENTS / 100)
    # Paper covers more than half of most words: the median lies nearer to its grey than to that of the ink.
    paper, ink = (dark, high) if high - middle > middle - low else (bright, low)
    contrast = max(abs(float(paper) - float(ink)), _MIN_CONTRAST_GRAYS)
    slope = 255 / contrast if ink > paper else -255 / contrast
    inks = np.clip(np.round(slope * (np.arange(256) - paper)), 0, 255)
    return np.asarray(inks, np.uint8)
