"""A picture of what was recognized: the lines framed, their texts on a second page beside or below."""

import functools
import math
import string
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage
from text_recognizer.files import replacing
from text_recognizer.formats.boxes import text_angle
from text_recognizer.geometry import Point, Points, Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.vocabulary import folded

FRAME_RGB = (200, 30, 30)
TEXT_RGB = (20, 60, 160)
_TEXT_LINE_SHARE = 0.5  # height of the text per height of the median line: lines do not touch each other
_MIN_PAGE_TEXT_PX = 8  # smaller text is not legible at 100 %
_MIN_TEXT_PX = 6  # a line that does not fit even so runs over the edge
_COMPRESS_LEVEL = 3  # half the time of the default, for files as large
_STRIP_ASPECT = 4  # an image this many times wider than high gets its text below, not beside it

# Fonts with accents that Linux, macOS and Windows usually have, where Pillow finds them by these names.
_SYSTEM_FONTS = (
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "Arial.ttf",
    "arial.ttf",
    "NotoSans-Regular.ttf",
)
_BUILT_IN_CHARACTERS = frozenset(string.digits + string.ascii_letters + string.punctuation + " ")

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw_page(image: GrayImage, page: PagePrediction) -> Image.Image:
    """Return an RGB picture: the image with framed, numbered lines; the texts at the same places on white.

    The frames are the polygons of the lines, so that they follow the slope. A line that runs up or down the
    page has a text that does so, too.

    Args:
        image: (H, W), the recognized image, or the same reduced.
        page: Its prediction; a line without a region is the whole image.
    """
    height, width = image.shape
    scale = width / (page.width or width)
    right, below = (width, 0) if width < _STRIP_ASPECT * height else (0, height)
    canvas = Image.new("RGB", (width + right, height + below), "white")
    canvas.paste(Image.fromarray(image))
    draw = ImageDraw.Draw(canvas)
    whole = Region(0, 0, width, height)
    regions = [_scaled_region(line.region, scale) if line.region else whole for line in page.lines]
    turns = [_degrees(line) for line in page.lines]
    level = [region for region, degrees in zip(regions, turns, strict=True) if not degrees]
    size = _text_px(level or regions)
    pen = max(1, size // 16)
    for number, (line, region, degrees) in enumerate(zip(page.lines, regions, turns, strict=True), start=1):
        frame = _scaled(line.polygon, scale) or _inside(region)
        draw.polygon(frame, outline=FRAME_RGB, width=pen)
        small = _font(max(_MIN_TEXT_PX, size // 2))
        left, top = frame[0]
        draw.text((left + 2 * pen, top + pen), str(number), FRAME_RGB, small, anchor="lt")
        text = _drawable(f"{number}  {line.text}")
        if degrees:
            _draw_turned(canvas, text, (right, below), region, degrees, size)
            continue
        anchor = (right + region.x1, below + (region.y1 + region.y2) // 2)
        font = _fitting_font(text, size, _room(region, level, width, size) - size // 2)
        draw.text(anchor, text, TEXT_RGB, font, anchor="lm")
    return canvas


def _degrees(line: LinePrediction) -> int:
    """Return by how much the text of a line is turned to the left: 90 if it runs up, 270 if down, else 0."""
    angle = text_angle(line.baseline) if line.baseline else None
    quarters = 0 if angle is None else round(angle / 90)
    return 90 * quarters if quarters % 2 else 0


def _draw_turned(
    canvas: Image.Image, text: str, origin: Point, region: Region, degrees: int, size: int
) -> None:
    """Write a text turned to the left by 90 or 270 degrees along a region, from where the line begins.

    Args:
        canvas: The picture.
        text: What to write.
        origin: Where the page of the texts begins.
        region: Of the line, on that page.
        degrees: See `_degrees`.
        size: Height of the texts, at most.
    """
    font = _fitting_font(text, max(_MIN_PAGE_TEXT_PX, min(size, region.width)), region.height)
    _, _, width, height = map(math.ceil, font.getbbox(text))
    mask = Image.new("L", (max(1, width), max(1, height)))
    ImageDraw.Draw(mask).text((0, 0), text, 255, font)
    mask = mask.rotate(degrees, expand=True)
    begin = region.y1 if degrees == 270 else region.y2 - mask.height
    canvas.paste(TEXT_RGB, (origin[0] + region.x1, origin[1] + begin), mask)


def save_page_picture(image: GrayImage, page: PagePrediction, path: Path) -> None:
    """Write the picture of a page as a PNG, as a whole or not at all; missing folders are made.

    Args:
        image: (H, W), the recognized image.
        page: Its prediction.
        path: The file to write.

    Raises:
        OSError: If it cannot be written.
    """
    with replacing(path) as partial, partial.open("wb") as file:
        write_picture(file, [(page, image)])


def write_picture(file: BinaryIO, pages: Iterable[tuple[PagePrediction, GrayImage]]) -> None:
    """Write the picture of a page with its image (H, W) as a PNG; `pages` has one."""
    ((page, image),) = pages
    draw_page(image, page).save(file, "PNG", compress_level=_COMPRESS_LEVEL)


def _scaled(points: Points, scale: float) -> Points:
    return tuple((round(scale * x), round(scale * y)) for x, y in points)


def _scaled_region(region: Region, scale: float) -> Region:
    """Return a region of a picture that is scaled; it keeps a pixel at least."""
    (x1, y1), _, (x2, y2), _ = _scaled(region.corners, scale)
    return Region(x1, y1, max(x2, x1 + 1), max(y2, y1 + 1))


def _inside(region: Region) -> Points:
    """Return the outermost pixels of a region."""
    return Region(region.x1, region.y1, region.x2 - 1, region.y2 - 1).corners


def _text_px(regions: list[Region]) -> int:
    """Return the height of the texts, for lines at these places."""
    heights = sorted(region.height for region in regions)
    median = heights[len(heights) // 2] if heights else 0
    return max(_MIN_PAGE_TEXT_PX, round(_TEXT_LINE_SHARE * median))


def _room(region: Region, regions: list[Region], right: int, size: int) -> int:
    """Return the columns from the start of a line to the text of the next one beside it, or to the right.

    A line that begins before the middle of this one stands above or below it.

    Args:
        region: Of the line.
        regions: Of all lines.
        right: Columns of the page.
        size: Height of the texts; each stands in the middle of its line, whatever the heights of lines are.
    """
    middle = region.x1 + region.x2, region.y1 + region.y2  # twice as far, as are the places below
    beside = (
        other.x1 for other in regions
        if 2 * other.x1 > middle[0] and abs(other.y1 + other.y2 - middle[1]) < 2 * size
    )  # fmt: skip
    return min(beside, default=right) - region.x1


@functools.cache
def _system_font() -> str | None:
    """Return the name of a font with accents, if this machine has one."""
    for name in _SYSTEM_FONTS:
        try:
            ImageFont.truetype(name)
        except OSError:
            continue
        return name
    return None


def _font(size: int) -> _Font:
    name = _system_font()
    return ImageFont.truetype(name, size) if name else ImageFont.load_default(size)


def _drawable(text: str) -> str:
    """Return a text in characters that the font has: Pillow's own lacks accents, which would be boxes."""
    return text if _system_font() else folded(text, _BUILT_IN_CHARACTERS)


def _fitting_font(text: str, size: int, width: int) -> _Font:
    """Return a font that is smaller than `size` if the text would not fit into `width` pixels."""
    font = _font(size)
    while (length := font.getlength(text)) > width and size > _MIN_TEXT_PX:
        size = max(_MIN_TEXT_PX, min(size - 1, int(size * width / length)))
        font = _font(size)
    return font
