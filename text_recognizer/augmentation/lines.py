"""Random variation of line images for training: geometry, stroke width, contrast, degradation, erased spans.

Ranges follow Retsinas et al. 2022 (arXiv 2404.11339) and Coquenet et al. 2022 (Vertical Attention
Network), reduced where a line of 64 pixels would become unreadable; spans are erased as by Li et al. 2024
(HTR-VT).
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import InkImage, InkMap, Reals
from text_recognizer.augmentation.paper import grain, ruling
from text_recognizer.augmentation.parameters import Augmentation, within


@dataclass(frozen=True)
class LineAugmentation(Augmentation):
    """How much lines vary; each probability is that of one line.

    ```python
    from text_recognizer.augmentation.lines import LineAugmentation

    print(LineAugmentation.from_dict({"shear": 0.2, "erase_probability": 0}).shear)
    ```

    Attributes:
        shear: Largest horizontal shift per row (the tangent of the slant), either way.
        scale_x: Interval of the factor of the width.
        scale_y: Interval of the factor of the height.
        slope: Largest rise in rows per column, either way.
        warp_x: Standard deviation of the smooth horizontal distortion, in pixels.
        warp_y: Standard deviation of the smooth vertical distortion, in pixels.
        bulge: Standard deviation of the horizontal distortion of the top, middle and bottom row from each
            other, in pixels: single letters lean and bulge.
        cut_probability: Probability that a line is cut off at its top or bottom.
        cut_share: How much is cut off at most, in heights of the line.
        stroke_probability: Probability of thicker, thinner or blurred strokes.
        gamma: Interval of the exponent of the ink: pen pressure.
        strength: Interval of the factor of the ink.
        paper_probability: Probability that the grain and shades of the paper show.
        ruling_probability: Probability of ruled paper.
        erase_probability: Probability that spans of columns are erased.
        erased_spans: Interval of their number.
        erased_columns: Interval of the width of each, in pixels.
    """

    shear: float = within(0.45, 0, 2)
    scale_x: tuple[float, float] = within((0.7, 1.35), 0.25, 4)
    scale_y: tuple[float, float] = within((0.72, 1.08), 0.25, 4)
    slope: float = within(0.012, 0, 0.5)
    warp_x: float = within(3.5, 0, 32)
    warp_y: float = within(2.2, 0, 32)
    bulge: float = within(1.5, 0, 32)
    cut_probability: float = within(0.15, 0, 1)
    cut_share: float = within(0.08, 0, 0.5)
    stroke_probability: float = within(0.4, 0, 1)
    gamma: tuple[float, float] = within((0.6, 1.6), 0.1, 10)
    strength: tuple[float, float] = within((0.6, 1.0), 0, 1)
    paper_probability: float = within(0.3, 0, 1)
    ruling_probability: float = within(0.12, 0, 1)
    erase_probability: float = within(0.35, 0, 1)
    erased_spans: tuple[int, int] = within((1, 3), 0, 100)
    erased_columns: tuple[int, int] = within((4, 19), 1, 1000)


DEFAULTS = LineAugmentation()

_STRIP_COLUMNS = 16  # width of the quadrilaterals of the distortion: short enough to look smooth
_KNOT_DISTANCE_PX = 48  # about a letter or two: the distortion bends words, it does not break letters
_MIN_WIDTH_PX = 16  # a network needs some columns, however short the line


def augment_line(
    image: InkImage, rng: np.random.Generator, augmentation: LineAugmentation = DEFAULTS
) -> InkImage:
    """Return a random variation of a line image.

    Args:
        image: (H, W) uint8, 255 = full ink.
        rng: Source of randomness.
        augmentation: How much it varies.

    Returns:
        (H, W') uint8 of the same height; W' / W lies within `augmentation.scale_x`.
    """
    picture = warp(image, rng, augmentation)
    if rng.random() < augmentation.stroke_probability:
        picture = change_strokes(picture, rng)
    ink: InkMap = np.asarray(picture, np.float32) / np.float32(255)
    ink = ink ** np.float32(rng.uniform(*augmentation.gamma))
    ink *= np.float32(rng.uniform(*augmentation.strength))
    if rng.random() < augmentation.paper_probability:
        add_paper(ink, rng)
    if rng.random() < augmentation.ruling_probability:
        row = ink.shape[0] * rng.uniform(0.5, 1)  # about where a base line lies
        np.maximum(ink, ruling((ink.shape[0], ink.shape[1]), row, rng) / np.float32(255), out=ink)
    if rng.random() < augmentation.erase_probability:
        erase_spans(ink, rng, augmentation)
    ink *= 255
    return np.clip(ink, 0, 255, out=ink).astype(np.uint8)


def warp(image: InkImage, rng: np.random.Generator, augmentation: LineAugmentation = DEFAULTS) -> Image.Image:
    """Scale, shear, slope, shift, cut and smoothly distort a line (H, W) in one resampling (bilinear)."""
    height, width = image.shape
    scale_x, scale_y = rng.uniform(*augmentation.scale_x), rng.uniform(*augmentation.scale_y)
    shear = rng.uniform(-augmentation.shear, augmentation.shear)
    slope = rng.uniform(-augmentation.slope, augmentation.slope)
    new_width = max(_MIN_WIDTH_PX, round(width * scale_x))
    shift = _vertical_shift(height, scale_y, rng, augmentation)
    columns = np.arange(0, new_width + _STRIP_COLUMNS, _STRIP_COLUMNS, dtype=np.float64)
    course = _smooth_noise(columns, new_width, rng)
    source_x = columns / scale_x + augmentation.warp_x * course[0]
    source_y = slope * (columns - new_width / 2) + augmentation.warp_y * course[1] + shift

    # Where the top, the middle and the bottom row of the result come from, at the border of every strip.
    middle = height / 2
    rows = (0, height // 2, height)
    xs = [
        source_x + shear * (row - middle) / scale_y + augmentation.bulge * bulge
        for row, bulge in zip(rows, course[2:], strict=True)
    ]
    ys = [middle + (row - middle) / scale_y + source_y / scale_y for row in rows]
    # Pillow resamples each quadrilateral of a mesh bilinearly, far faster than numpy would.
    return Image.fromarray(image).transform(
        (new_width, height),
        Image.Transform.MESH,
        _mesh(columns, rows, xs, ys),
        Image.Resampling.BILINEAR,
        fillcolor=0,
    )


def _vertical_shift(
    height: int, scale_y: float, rng: np.random.Generator, augmentation: LineAugmentation
) -> float:
    """Return the rows by which a line is moved: within its room, or, if it is cut off, beyond it."""
    room = height * (1 - scale_y)
    shift = rng.uniform(min(0.0, room), max(0.0, room)) - room / 2
    if rng.random() < augmentation.cut_probability:
        shift += (abs(room) / 2 + augmentation.cut_share * height * rng.random()) * rng.choice((-1, 1))
    return float(shift)


def _smooth_noise(columns: Reals, width: int, rng: np.random.Generator) -> Reals:
    """Return five courses of noise at the given columns (N,) of a line, (5, N): linear between knots."""
    knots = rng.normal(0, 1, (5, -(-width // _KNOT_DISTANCE_PX) + 3))
    position = columns / _KNOT_DISTANCE_PX
    return np.array([np.interp(position, np.arange(knots.shape[1]), row) for row in knots])


def _mesh(
    columns: Reals, rows: tuple[int, int, int], xs: list[Reals], ys: list[Reals]
) -> list[tuple[tuple[int, int, int, int], list[float]]]:
    """Return boxes of the result and the corners of the quadrilaterals that fill them, as Pillow takes them.

    Args:
        columns: (N,) borders of N - 1 strips.
        rows: Top, middle and bottom row: two boxes per strip.
        xs: For each row the columns (N,) of the image from which it comes.
        ys: For each row the rows (N,) of the image.
    """
    mesh: list[tuple[tuple[int, int, int, int], list[float]]] = []
    for k in (0, 1):
        # Pillow's order: upper left, lower left, lower right, upper right.
        corners = (
            (xs[k][:-1], ys[k][:-1]),
            (xs[k + 1][:-1], ys[k + 1][:-1]),
            (xs[k + 1][1:], ys[k + 1][1:]),
            (xs[k][1:], ys[k][1:]),
        )
        sides = np.column_stack([values for corner in corners for values in corner])  # (N - 1, 8)
        boxes = [(int(x), rows[k], int(x) + _STRIP_COLUMNS, rows[k + 1]) for x in columns[:-1]]
        mesh += zip(boxes, sides.tolist(), strict=True)
    return mesh


def change_strokes(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Thicken, thin or blur the strokes of a grey image."""
    choice = rng.integers(3)
    if choice == 0:
        return Image.blend(picture, picture.filter(ImageFilter.MaxFilter(3)), rng.uniform(0.3, 1.0))
    if choice == 1:
        return Image.blend(picture, picture.filter(ImageFilter.MinFilter(3)), rng.uniform(0.2, 0.7))
    return picture.filter(ImageFilter.BoxBlur(rng.uniform(0.3, 1.8)))


def add_paper(ink: InkMap, rng: np.random.Generator) -> None:
    """Roughen the ink (H, W) by the paper's grain, and let grain and shades of the paper show, in place."""
    size = (ink.shape[0], ink.shape[1])
    ink *= 1 + np.float32(rng.uniform(0, 0.25)) * grain(size, rng)
    ink += np.float32(rng.uniform(0, 0.05)) * grain(size, rng)
    knots = rng.uniform(-0.05, 0.06, size[1] // 100 + 2)  # shades: one knot per 100 columns
    ink += np.interp(np.arange(size[1]) / 100, np.arange(knots.size), knots).astype(np.float32)


def erase_spans(ink: InkMap, rng: np.random.Generator, augmentation: LineAugmentation = DEFAULTS) -> None:
    """Set a few narrow spans of columns of (H, W) to paper, in place: the reader must use the context."""
    (fewest, most), (narrowest, widest) = augmentation.erased_spans, augmentation.erased_columns
    for _ in range(int(rng.integers(fewest, most + 1))):
        width = int(rng.integers(narrowest, widest + 1))
        start = int(rng.integers(0, max(1, ink.shape[1] - width)))
        ink[:, start : start + width] = 0
