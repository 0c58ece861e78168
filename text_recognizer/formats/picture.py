"""A picture of what was recognized: the lines framed, their text beside or below."""

import os
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from text_recognizer.images.loading import Gray
from text_recognizer.types import PagePrediction, Region

_FRAME = (200, 30, 30)
_TEXT = (20, 60, 160)
_TEXT_PART = 0.5  # of the usual line height
_MIN_TEXT = 6
_STRIP = 4  # an image this many times wider than high gets its text below


def draw_page(image: Gray, page: PagePrediction) -> Image.Image:
    """Return an RGB picture: the image with framed, numbered lines; the texts on white at the same height.

    Args:
        image: (H, W) uint8, the recognized image.
        page: Its prediction; a line without a region stands for the whole image.
    """
    height, width = image.shape
    right, below = (width, 0) if width < _STRIP * height else (0, height)
    canvas = Image.new("RGB", (width + right, height + below), "white")
    canvas.paste(Image.fromarray(image))
    draw = ImageDraw.Draw(canvas)
    whole = Region(0, 0, width, height)
    regions = [line.region or whole for line in page.lines]
    heights = sorted(region.height for region in regions)
    size = max(8, round(_TEXT_PART * heights[len(heights) // 2])) if heights else 8
    pen = max(1, size // 16)
    for number, (line, region) in enumerate(zip(page.lines, regions, strict=True), start=1):
        draw.rectangle((region.x1, region.y1, region.x2 - 1, region.y2 - 1), outline=_FRAME, width=pen)
        small = ImageFont.load_default(max(_MIN_TEXT, size // 2))
        draw.text((region.x1 + 2 * pen, region.y1 + pen), str(number), _FRAME, small, anchor="lt")
        anchor = (right + size // 2, below + (region.y1 + region.y2) // 2)
        text = f"{number}  {line.text}"
        room = canvas.width - anchor[0] - size // 2
        draw.text(anchor, text, _TEXT, _fitting(text, size, room), anchor="lm")
    return canvas


def save_picture(picture: Image.Image, path: Path) -> None:
    """Write a PNG, atomically.

    Raises:
        OSError: If it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        picture.save(part, format="PNG")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _fitting(text: str, size: int, width: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return Pillow's built-in font, smaller than `size` where the text would not fit into `width`."""
    font = ImageFont.load_default(size)
    while (length := font.getlength(text)) > width and size > _MIN_TEXT:
        size = max(_MIN_TEXT, min(size - 1, int(size * width / length)))
        font = ImageFont.load_default(size)
    return font
