"""Lines of print, and of letters that dance and lean as by hand."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import InkMap


def printed_line(text: str, size: int = 40) -> InkMap:
    """Return the ink of a line in Pillow's built-in font."""
    font = ImageFont.load_default(size)
    picture = Image.new("L", (int(font.getlength(text)) + size, 2 * size), 0)
    ImageDraw.Draw(picture).text((size // 2, size // 4), text, font=font, fill=255)
    return np.asarray(picture, np.float32) / np.float32(255)


def written_line(text: str, size: int = 40, seed: int = 0) -> InkMap:
    """Return the ink of a line whose letters each lean and stand differently, in one stroke's width."""
    rng = np.random.default_rng(seed)
    font = ImageFont.load_default(size)
    picture = Image.new("L", (2 * size * len(text), 4 * size), 0)
    x = size
    for letter in text:
        glyph = Image.new("L", (2 * size, 3 * size), 0)
        ImageDraw.Draw(glyph).text((size // 2, size), letter, font=font, fill=255)
        lean = rng.uniform(0.2, 0.6)
        shear = (rng.uniform(0.8, 1.3), lean, -lean * 1.5 * size, 0, rng.uniform(0.8, 1.25), 0)
        leaning = glyph.transform(glyph.size, Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC)
        picture.paste(255, (x, size // 2 + int(rng.integers(-size // 6, size // 6))), leaning)
        x += int(font.getlength(letter)) + int(rng.integers(-2, size // 8))
    return np.asarray(picture, np.float32) / np.float32(255)
