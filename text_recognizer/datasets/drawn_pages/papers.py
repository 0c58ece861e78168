"""Printed paper: rules, squares, dots and triangles, which bend a little and stand a little askew.

The print darkens what is there and never covers it, as ink on printed paper does.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Floats, GrayImage, InkMap

RULE_SPACING_PX = 62.0  # all sizes are those of a page 1,000 px wide, whose lines are about as far apart
SQUARE_SPACING_PX = 33.0  # two squares to a line of writing
MARGIN_SHARE = 0.12  # of the width, left of the margin line of ruled paper

_PAGE_PX = 1000.0  # width of the page that the sizes are stated for
_MIN_SCALE = 0.4  # rules of smaller pages would be thinner than a pixel
_SLOPE = 0.004  # standard deviation, rows per column: a sheet on a scanner
_BEND_PX = (0.0, 3.0)  # how far rules bend: paper does not lie flat
_ROUND_PX = 0.5  # pixels at the edge of a rule are covered in part


@dataclass(frozen=True)
class Strength:
    """How strongly paper is printed.

    ```python
    from text_recognizer.datasets.drawn_pages.papers import Strength

    print(Strength(0.8, 4.0))
    ```

    Attributes:
        share: Of the light that the print takes away, 0-1.
        width_px: Width of a rule on a page 1,000 px wide.
    """

    share: float
    width_px: float


@dataclass(frozen=True)
class Sheet:
    """Where the pixels of a page lie on its paper.

    ```python
    import numpy as np

    from text_recognizer.datasets.drawn_pages.papers import Sheet, squared

    sheet = Sheet.of((60, 80), np.random.default_rng(0))
    print(squared(sheet, 1.0).shape)
    ```

    Attributes:
        down: (H, W) rows from the top of the paper, in pixels.
        right: (H, W) columns from its left edge, in pixels.
        scale: By how much the page is wider than 1,000 px.
        phases: (3,) where the pattern begins, 0-1 of its spacing.
    """

    down: Floats
    right: Floats
    scale: float
    phases: Floats

    @classmethod
    def of(cls, size: tuple[int, int], rng: np.random.Generator) -> "Sheet":
        """Return the sheet of a page (H, W), laid down a little askew and bent."""
        height, width = size
        rows, columns = np.mgrid[:height, :width].astype(np.float32)
        slope, bend = rng.normal(0, _SLOPE), rng.uniform(*_BEND_PX)
        wave = bend * np.sin(2 * math.pi * (columns / width * rng.uniform(0.5, 1.5) + rng.random()))
        scale = max(_MIN_SCALE, width / _PAGE_PX)
        phases = rng.random(3).astype(np.float32)
        return cls(
            (rows + slope * columns + scale * wave).astype(np.float32),
            (columns - slope * rows).astype(np.float32),
            scale,
            phases,
        )


def ruled(sheet: Sheet, width_px: float) -> InkMap:
    """Return level rules and a margin line, (H, W)."""
    rules = _near(_distance(sheet.down, sheet.scale * RULE_SPACING_PX, sheet.phases[0]), width_px)
    margin = np.abs(sheet.right - MARGIN_SHARE * sheet.right.shape[1])
    return np.maximum(rules, _near(margin, width_px))


def squared(sheet: Sheet, width_px: float) -> InkMap:
    """Return level and upright rules, (H, W)."""
    spacing = sheet.scale * SQUARE_SPACING_PX
    level, upright = (
        _near(_distance(place, spacing, phase), width_px)
        for place, phase in zip((sheet.down, sheet.right), sheet.phases, strict=False)
    )
    return np.maximum(level, upright)


def dotted(sheet: Sheet, width_px: float) -> InkMap:
    """Return dots at the corners of squares, twice as wide as rules, (H, W)."""
    spacing = sheet.scale * SQUARE_SPACING_PX
    down = _distance(sheet.down, spacing, sheet.phases[0])
    right = _distance(sheet.right, spacing, sheet.phases[1])
    return _near(np.hypot(down, right), 2 * width_px)


def isometric(sheet: Sheet, width_px: float) -> InkMap:
    """Return upright rules and those that rise and fall by 30 degrees, (H, W)."""
    spacing = sheet.scale * SQUARE_SPACING_PX
    half, long = 0.5, math.sqrt(3) / 2
    places = (
        sheet.right,
        half * sheet.right + long * sheet.down,
        half * sheet.right - long * sheet.down,
    )
    rules = [
        _near(_distance(p, spacing, phase), width_px) for p, phase in zip(places, sheet.phases, strict=True)
    ]
    return np.asarray(np.max(rules, axis=0))


PAPERS: Mapping[str, Callable[[Sheet, float], InkMap]] = {
    "ruled": ruled,
    "squared": squared,
    "dotted": dotted,
    "isometric": isometric,
}


def printed(image: GrayImage, paper: str, strength: Strength, rng: np.random.Generator) -> GrayImage:
    """Return a page (H, W) as if written on printed paper.

    Args:
        image: The page.
        paper: A key of `PAPERS`.
        strength: How strongly it is printed.
        rng: Source of randomness.
    """
    sheet = Sheet.of(image.shape, rng)
    ink = PAPERS[paper](sheet, max(1.0, sheet.scale * strength.width_px))
    return np.rint(image * (1 - strength.share * ink)).astype(np.uint8)


def _distance(place: Floats, spacing: float, phase: float) -> Floats:
    """Return how far each place (H, W) is from the next multiple of the spacing, (H, W) in pixels."""
    return np.asarray(np.abs((place + phase * spacing) % spacing - spacing / 2))


def _near(distance: Floats, width_px: float) -> InkMap:
    """Return the ink of a rule: full within its width, and soft at its edges, (H, W)."""
    return np.asarray(np.clip(width_px / 2 + _ROUND_PX - distance, 0, 1))
