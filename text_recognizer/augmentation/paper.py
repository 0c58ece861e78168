"""Grain and ruling of paper, which are not writing."""

import functools

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import Floats, InkImage

_SHEET_PX = (512, 8192)  # rows and columns of the grain: larger than any line, so that parts of it differ
_COARSE_PX = 6  # size of its coarser grain


def grain(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return a random part of the grain of a sheet, (H, W), mean 0 and deviation 1; not to be written to."""
    sheet = _sheet()
    height, width = min(size[0], _SHEET_PX[0]), min(size[1], _SHEET_PX[1])
    y, x = (
        int(rng.integers(0, side - part + 1)) for side, part in zip(_SHEET_PX, (height, width), strict=True)
    )
    part = sheet[y : y + height, x : x + width]
    if part.shape == size:
        return part
    return np.pad(part, ((0, size[0] - height), (0, size[1] - width)), mode="wrap")


@functools.cache
def _sheet() -> Floats:
    """Return fine grain with coarser grain on top of it, (H, W) of `_SHEET_PX`."""
    rng = np.random.default_rng(0)
    fine = Image.fromarray(rng.standard_normal(_SHEET_PX, np.float32))
    coarse = Image.fromarray(
        rng.standard_normal((_SHEET_PX[0] // _COARSE_PX, _SHEET_PX[1] // _COARSE_PX), np.float32)
    )
    coarse = coarse.resize(fine.size, Image.Resampling.BICUBIC)
    sheet = 0.8 * np.asarray(fine) + 0.9 * np.asarray(coarse)
    sheet = (sheet / sheet.std()).astype(np.float32)
    sheet.flags.writeable = False
    return np.asarray(sheet)


def ruling(size: tuple[int, int], row: float, rng: np.random.Generator) -> InkImage:
    """Return the ruling that is printed on paper under one line of writing: one rule, two, or a dotted one.

    Args:
        size: (H, W) of the line.
        row: Row of the (lower) rule at the left.
        rng: Source of randomness.

    Returns:
        (H, W) uint8, 255 = full ink; ruling is fainter.
    """
    height, width = size
    picture = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(picture)
    end = row + rng.normal(0, 0.003) * width
    grey = int(rng.integers(30, 150))
    if rng.random() < 0.75:
        thick = int(rng.integers(1, 3))
        draw.line([(0, row), (width, end)], fill=grey, width=thick)
        if rng.random() < 0.3:
            other = rng.uniform(0.5, 0.9) * height
            draw.line([(0, row - other), (width, end - other)], fill=grey, width=thick)
    else:
        step = rng.uniform(4, 14)
        length = rng.uniform(0.1, 0.7) * step
        for x in np.arange(rng.uniform(0, step), width, step):
            y = row + (end - row) * x / width
            draw.line([(x, y), (x + length, y)], fill=min(255, grey + 60), width=1)
    return np.asarray(picture)
