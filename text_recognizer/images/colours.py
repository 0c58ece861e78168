"""Which grey shows the ink of a coloured or transparent image: told from a small sample of its pixels."""

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.images.ink import grey_percentiles

_SAMPLE_PX = 512  # longer side of what is looked at; every so many pixels, none mixed with its neighbours
_INK_PERCENT = 0.5  # of the pixels that ink covers at least, on the lighter or on the darker side
_LOW_CONTRAST = 48  # greys between paper and ink, below which another channel may show more
_MIN_CHANNEL_GAIN = 2.0  # contrast of a channel against that of the luma, from which on it is taken
_OPAQUE = 128  # alpha from which on a pixel is seen
_MAX_HOLES = 0.5  # of the pixels that are not opaque, where what is opaque is paper
_BLACK, _WHITE = 0, 255


def ground_of(image: Image.Image) -> int:
    """Return the grey on which an image with transparency shows its ink: 0 or 255.

    Args:
        image: Of the mode LA or RGBA; see `sampled`.

    Returns:
        255, unless what is opaque would disappear on white: light ink on nothing; or letters cut out of a
        sheet that is light, and has nothing else on it.
    """
    alpha = np.asarray(image.getchannel("A"))
    luma = np.asarray(image.convert("L"))[alpha >= _OPAQUE]
    if luma.size in (0, alpha.size):
        return _WHITE
    is_paper = luma.size > (1 - _MAX_HOLES) * alpha.size
    if is_paper and contrast(luma[None]) >= _LOW_CONTRAST:
        return _WHITE  # as it is, the image has ink
    return _BLACK if np.mean(luma) > (_BLACK + _WHITE) / 2 else _WHITE


def clearest_channel(image: Image.Image) -> int | None:
    """Return the index of the channel of an RGB image that shows its ink, where its luma hardly does.

    Args:
        image: See `sampled`.

    Returns:
        0-2; None if the luma shows the ink as well, or no channel does.
    """
    luma = contrast(np.asarray(image.convert("L")))
    if luma >= _LOW_CONTRAST:
        return None
    contrasts = [contrast(np.asarray(image.getchannel(index))) for index in range(3)]
    best = int(np.argmax(contrasts))
    return best if contrasts[best] > max(_LOW_CONTRAST / 2, _MIN_CHANNEL_GAIN * luma) else None


def hides_ink(gray: GrayImage) -> bool:
    """Tell whether the luma (H, W) of an image has so little contrast that its colours may have more."""
    step = max(1, -(-max(gray.shape) // _SAMPLE_PX))
    return contrast(gray[::step, ::step]) < _LOW_CONTRAST


def contrast(gray: GrayImage) -> float:
    """Return the greys between the paper and the ink of (H, W), dark or light."""
    dark, middle, light = grey_percentiles(gray, (_INK_PERCENT, 50, 100 - _INK_PERCENT))
    return max(middle - dark, light - middle)


def sampled(image: Image.Image) -> Image.Image:
    """Return some pixels of an image as a small one of the same mode."""
    scale = min(1.0, _SAMPLE_PX / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.NEAREST)
