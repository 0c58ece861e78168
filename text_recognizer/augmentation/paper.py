"""Grain and print of paper, as ink that nobody wrote."""

import functools

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Float = npt.NDArray[np.float32]

_SHEET = (512, 8192)


def grain(size: tuple[int, int], rng: np.random.Generator) -> Float:
    """Return a random part of the grain of a sheet, (H, W), mean 0 and deviation 1; not to be written to."""
    sheet = _sheet()
    height, width = min(size[0], _SHEET[0]), min(size[1], _SHEET[1])
    y, x = (int(rng.integers(0, side - part + 1)) for side, part in zip(_SHEET, (height, width), strict=True))
    part = sheet[y : y + height, x : x + width]
    if part.shape == size:
        return part
    return np.pad(part, ((0, size[0] - height), (0, size[1] - width)), mode="wrap")


@functools.cache
def _sheet() -> Float:
    """Return fine grain with coarser grain on top of it."""
    rng = np.random.default_rng(0)
    fine = Image.fromarray(rng.standard_normal(_SHEET, np.float32))
    coarse = Image.fromarray(rng.standard_normal((_SHEET[0] // 6, _SHEET[1] // 6), np.float32))
    coarse = coarse.resize(fine.size, Image.Resampling.BICUBIC)
    sheet = 0.8 * np.asarray(fine) + 0.9 * np.asarray(coarse)
    sheet = (sheet / sheet.std()).astype(np.float32)
    sheet.flags.writeable = False
    return np.asarray(sheet)


def rules(size: tuple[int, int], row: float, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return what paper has printed on it where one writes: a rule, two, or the dots of a form.

    Args:
        size: (H, W) of the picture.
        row: Where the rule is, at the left.
        rng: Source of randomness.

    Returns:
        (H, W) uint8, 255 = ink; rules are fainter.
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
