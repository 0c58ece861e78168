"""Rules of paper drawn into the image of a line before it is prepared, as preparation meets them."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import GrayImage
from text_recognizer.augmentation.parameters import Augmentation, within


@dataclass(frozen=True)
class RuleAugmentation(Augmentation):
    """How the rules of paper look; every rule of a line is alike.

    ```python
    from text_recognizer.augmentation.rules import RuleAugmentation

    print(RuleAugmentation.from_dict({"width_px": [1, 2]}).width_px)
    ```

    Attributes:
        probability: Probability that a line has rules; data sets take 0 unless an experiment says more.
        width_px: Interval of the thickness, in pixels of an image 64 rows high.
        strength: Interval of the darkness: 0 = paper, 1 = as dark as the darkest ink.
        base_line: Interval of the row of the rule that is written on, as a share of the height.
        slope: Largest rise in rows per column, either way.
        bend_px: Largest deviation of a rule from a straight line at its middle, in pixels.
        second_probability: Probability that the rule of the line above, or a middle line, shows too.
        second_distance: Interval of the distance to it, in heights of the image.
        dotted_probability: Probability that rules are dotted or dashed.
        vertical_probability: Probability that vertical rules, of squared paper, cross the line.
    """

    probability: float = within(0.0, 0, 1)
    width_px: tuple[float, float] = within((1.0, 6.0), 0.5, 20)
    strength: tuple[float, float] = within((0.1, 1.0), 0, 1)
    base_line: tuple[float, float] = within((0.5, 0.95), 0, 1)
    slope: float = within(0.008, 0, 0.5)
    bend_px: float = within(2.0, 0, 32)
    second_probability: float = within(0.35, 0, 1)
    second_distance: tuple[float, float] = within((0.35, 0.9), 0, 2)
    dotted_probability: float = within(0.15, 0, 1)
    vertical_probability: float = within(0.1, 0, 1)


DEFAULTS = RuleAugmentation()

_REFERENCE_HEIGHT_PX = 64  # of the image for which thickness is stated
_STEP_PX = 24  # columns of a straight piece of a bent rule
_SPACING_WIDTHS = (2.0, 6.0)  # from one dot or dash to the next, in thicknesses of the rule
_DASH_SHARE = (0.2, 0.7)  # length of a dash, of that spacing
_INK_QUANTILE = 0.003  # of the grey values: the strongest ink, of the darkest or the lightest values


def draw_rules(
    image: GrayImage, rng: np.random.Generator, augmentation: RuleAugmentation = DEFAULTS
) -> GrayImage:
    """Return a line image with rules of paper drawn into it; writing over a rule stays as dark as it is.

    Args:
        image: (H, W) grey values, dark ink on light paper or light ink on dark.
        rng: Source of randomness.
        augmentation: How rules look.

    Returns:
        (H, W).
    """
    height, width = image.shape
    dark, paper, light = (float(q) for q in np.quantile(image, (_INK_QUANTILE, 0.5, 1 - _INK_QUANTILE)))
    ink = dark if paper - dark >= light - paper else light
    scale = height / _REFERENCE_HEIGHT_PX
    thickness = max(1, round(scale * rng.uniform(*augmentation.width_px)))
    canvas = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(canvas)
    row = height * rng.uniform(*augmentation.base_line)
    rows = [row]
    if rng.random() < augmentation.second_probability:
        rows.append(row - height * rng.uniform(*augmentation.second_distance))
    slope = rng.uniform(-augmentation.slope, augmentation.slope)
    bend = scale * rng.uniform(-augmentation.bend_px, augmentation.bend_px)
    for each in rows:
        _draw_rule(draw, width, each, slope, bend, thickness)
    if rng.random() < augmentation.vertical_probability:
        spacing = max(8.0, abs(rows[-1] - rows[0]) or 0.5 * height)
        for x in np.arange(rng.uniform(0, spacing), width, spacing):
            draw.line([(float(x), 0), (float(x), height)], fill=255, width=thickness)
    mask = np.asarray(canvas, np.float32) / np.float32(255)
    if rng.random() < augmentation.dotted_probability:
        period = thickness * rng.uniform(*_SPACING_WIDTHS)
        mask = mask * ((np.arange(width) % period) < period * rng.uniform(*_DASH_SHARE)).astype(np.float32)
    mask *= np.float32(rng.uniform(*augmentation.strength))
    ruled = paper + (ink - paper) * mask  # what clean paper would show
    drawn = np.minimum(image, ruled) if ink < paper else np.maximum(image, ruled)
    return np.where(mask > 0, np.round(drawn), image).astype(np.uint8)


def _draw_rule(
    draw: ImageDraw.ImageDraw, width: int, row: float, slope: float, bend: float, thickness: int
) -> None:
    """Draw one rule, 255, that passes the middle of the image at `row`."""
    xs = np.append(np.arange(0, width, _STEP_PX), width).astype(np.float64)
    offset = 2 * xs / max(1, width) - 1  # -1 at the left end, 1 at the right one
    ys = row + slope * (xs - width / 2) + bend * (1 - offset**2)
    draw.line([*zip(xs.tolist(), ys.tolist(), strict=True)], fill=255, width=thickness)
