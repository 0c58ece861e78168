"""Corners as fractions of a page -> boxes, masks and slices in its pixels."""

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import Mask
from text_recognizer.datasets.fsdl.export import Points
from text_recognizer.geometry import Region

_SIDEWAYS = {5, 6, 7, 8}  # EXIF orientations that exchange width and height
_EXIF_ORIENTATION = 0x0112
_SLICES = 12  # about as many as a line has words


def upright_size(path: Path) -> tuple[int, int]:
    """Return width and height of an image as `load_image` gives it.

    Raises:
        OSError or ValueError: If the file is no image.
    """
    with Image.open(path) as image:
        width, height = image.size
        sideways = image.getexif().get(_EXIF_ORIENTATION) in _SIDEWAYS
    return (height, width) if sideways else (width, height)


def line_region(points: Points, size: tuple[int, int]) -> Region:
    """Return the box around the corners in pixels of a page of `size` (width, height), at least 1 x 1."""
    x1, y1 = (math.floor(min(p[axis] for p in points) * size[axis]) for axis in range(2))
    x2, y2 = (math.ceil(max(p[axis] for p in points) * size[axis]) for axis in range(2))
    x1, y1 = min(x1, size[0] - 1), min(y1, size[1] - 1)
    return Region(x1, y1, max(x2, x1 + 1), max(y2, y1 + 1))


def line_mask(points: Points, size: tuple[int, int]) -> Mask:
    """Return which pixels of its `line_region` belong to the line, (height, width) of the region."""
    region = line_region(points, size)
    if len(points) == 2:
        return np.ones((region.height, region.width), bool)
    mask = Image.new("1", (region.width, region.height))
    corners = [(x * size[0] - region.x1, y * size[1] - region.y1) for x, y in points]
    ImageDraw.Draw(mask).polygon(corners, fill=1, outline=1)
    return np.asarray(mask)


def line_slices(points: Points, size: tuple[int, int]) -> list[Region]:
    """Return boxes side by side that follow the slope of the line, as boxes of words would.

    A rectangle is one box; a polygon is cut into slices of equal width.
    """
    region = line_region(points, size)
    if len(points) == 2:
        return [region]
    mask = line_mask(points, size)
    slices = []
    edges = np.unique(np.linspace(0, region.width, _SLICES + 1).astype(int)).tolist()
    for left, right in zip(edges[:-1], edges[1:], strict=True):
        rows = np.flatnonzero(mask[:, (left + right) // 2])
        if rows.size:
            top, bottom = region.y1 + int(rows[0]), region.y1 + int(rows[-1]) + 1
            slices.append(Region(region.x1 + left, top, region.x1 + right, bottom))
    return slices
