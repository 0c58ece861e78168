"""A page of words whose places are known, turned by any angle."""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage, Mask, Reals
from text_recognizer.geometry import Points

LINES = (
    "Dear Martha, we came home late last night",
    "and found the garden gate wide open again.",
    "The old dog slept beside the kitchen stove",
    "while rain was beating on the window panes.",
)
MARGIN = 80
PITCH = 75

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class DrawnPage:
    """A turned page.

    Attributes:
        image: (H, W).
        words: (N, 4, 2) x, y of the corners of each word's ink, turned with it.
        baselines: (L, 2, 2) x, y of the ends of each line's baseline.
    """

    image: GrayImage
    words: Reals
    baselines: Reals


def draw_words(font: Font, degrees: float) -> DrawnPage:
    """Draw `LINES` and turn them counter-clockwise."""
    width = 2 * MARGIN + math.ceil(max(font.getlength(line) for line in LINES))
    picture = Image.new("L", (width, 2 * MARGIN + PITCH * len(LINES)), 255)
    draw = ImageDraw.Draw(picture)
    boxes, baselines = [], []
    for number, line in enumerate(LINES):
        y = MARGIN + PITCH * (number + 1)
        x = float(MARGIN)
        for word in line.split():
            draw.text((x, y), word, font=font, fill=20, anchor="ls")
            boxes.append(draw.textbbox((x, y), word, font=font, anchor="ls"))
            x += font.getlength(f"{word} ")
        baselines.append(((MARGIN, y), (x, y)))
    turned = picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    corners = np.array([[(x1, y1), (x2, y1), (x2, y2), (x1, y2)] for x1, y1, x2, y2 in boxes], np.float64)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def turn(points: Reals) -> Reals:
        """Return points (..., 2) on the turned picture."""
        middle, new_middle = np.array(picture.size) / 2, np.array(turned.size) / 2
        return np.asarray((points - middle) @ np.array([[cos, -sin], [sin, cos]]) + new_middle)

    return DrawnPage(np.asarray(turned), turn(corners), turn(np.array(baselines, np.float64)))


def filled(polygon: Reals | Points, shape: tuple[int, int]) -> Mask:
    """Return the pixels (H, W) within a polygon (n, 2)."""
    mask = Image.new("1", shape[::-1])
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in polygon], fill=1)
    return np.asarray(mask)
