"""Pages of handwriting that tests of preparation draw: in Pillow's own font, so that they need no data."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage

LINES = (
    "Dear Martha, we came home late last night",
    "and found the garden gate wide open again.",
    "The old dog slept beside the kitchen stove",
    "while rain was beating on the window panes.",
    "Please bring the letters when you visit us",
    "and tell your brother that his coat is here.",
)


def draw_page(paper: int = 245, ink: int = 25, size: int = 30, margin: int = 50) -> GrayImage:
    """Draw six lines of text, dark on light or light on dark, (H, W)."""
    font = ImageFont.load_default(size)
    pitch = int(1.6 * size)
    width = int(max(font.getlength(line) for line in LINES)) + 2 * margin
    page = Image.new("L", (width, pitch * len(LINES) + 2 * margin), paper)
    pen = ImageDraw.Draw(page)
    for index, line in enumerate(LINES):
        pen.text((margin, margin + index * pitch), line, font=font, fill=ink)
    return np.array(page)


def difference(first: GrayImage, second: GrayImage) -> float:
    """Return the mean difference of two images (H, W) in greys."""
    return float(np.mean(np.abs(first.astype(int) - second)))
