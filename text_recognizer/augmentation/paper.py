"""Grain and ruling of paper, which are not writing."""

import functools

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import Floats, InkImage

_SHEET_PX = (512, 8192)  # rows and columns of the sheet: larger than most lines, so that parts of it differ
_COARSE_PX = 6  # size of the coarser grain

_RULE_SLOPE = 0.003  # standard deviation, rows per column: lines were cut out level, but not exactly
_RULE_INK = (30, 150)  # rules are printed fainter than what is written
_RULE_WIDTHS_PX = (1, 2)  # in a line of 64 rows
_SOLID_PROBABILITY = 0.75  # the others are the dotted rules of forms
_SECOND_RULE_PROBABILITY = 0.3  # the rule of the line above is in the image too
_SECOND_RULE_HEIGHTS = (0.5, 0.9)  # its distance
_DOT_SPACING_PX = (4, 14)  # in a line of 64 rows
_DOT_SHARE = (0.1, 0.7)  # length of a dot or dash, of its spacing
_DOT_EXTRA_INK = 60  # small dots are visible only if they are darker


def grain(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return a random part of the grain of a sheet, (H, W), mean 0 and deviation 1; read-only."""
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
    end = row + rng.normal(0, _RULE_SLOPE) * width
    grey = int(rng.integers(*_RULE_INK))
    if rng.random() < _SOLID_PROBABILITY:
        thick = int(rng.integers(_RULE_WIDTHS_PX[0], _RULE_WIDTHS_PX[1] + 1))
        draw.line([(0, row), (width, end)], fill=grey, width=thick)
        if rng.random() < _SECOND_RULE_PROBABILITY:
            other = rng.uniform(*_SECOND_RULE_HEIGHTS) * height
            draw.line([(0, row - other), (width, end - other)], fill=grey, width=thick)
    else:
        step = rng.uniform(*_DOT_SPACING_PX)
        length = rng.uniform(*_DOT_SHARE) * step
        for x in np.arange(rng.uniform(0, step), width, step):
            y = row + (end - row) * x / width
            draw.line([(x, y), (x + length, y)], fill=min(255, grey + _DOT_EXTRA_INK), width=1)
    return np.asarray(picture)
