"""Random variation of images of single words for training: geometry, strokes, blur, contrast, noise.

All lengths are shares of the height, so that words of 32 and of 64 rows vary alike. Letters are a few columns
wide: nothing here erases or bends one of them. The ranges follow RandAugment for scene text (Atienza, "Data
augmentation for scene text recognition", ICCV workshops 2021, arXiv 2108.06949), at its lower magnitudes.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import Bytes, InkImage, Reals
from text_recognizer.augmentation.paper import grain
from text_recognizer.augmentation.parameters import Augmentation, within

_FULL_FILTER_HEIGHT = 64  # rows at which a filter of 3 pixels changes a stroke visibly, but not too much


@dataclass(frozen=True)
class WordAugmentation(Augmentation):
    """How much words vary; each probability is that of one word.

    ```python
    from text_recognizer.augmentation.words import WordAugmentation

    print(WordAugmentation.from_dict({"rotation": 8, "noise_probability": 0}).rotation)
    ```

    Attributes:
        rotation: Largest angle, in degrees either way.
        shear: Largest horizontal shift per row (the tangent of the slant), either way.
        perspective: Largest shift of each corner in each direction, in heights.
        looseness: Interval of what is added at each side, in heights; less than 0 cuts off.
        scale_x: Interval of the factor of the width, where the width is free.
        stroke_probability: Probability of thicker or thinner strokes.
        stroke_share: Interval of the share of a pixel by which they change on both sides, at 64 rows.
        blur_probability: Probability of blur.
        blur_radius: Interval of its radius, in heights.
        gamma: Interval of the exponent of the ink.
        strength: Interval of full ink.
        paper: Interval of the ink of paper, relative to full ink.
        noise_probability: Probability of noise.
        noise: Interval of its standard deviation, relative to full ink.
    """

    rotation: float = within(3.0, 0, 45)
    shear: float = within(0.2, 0, 2)
    perspective: float = within(0.05, 0, 0.4)
    looseness: tuple[float, float] = within((-0.04, 0.1), -0.2, 1)
    scale_x: tuple[float, float] = within((0.8, 1.12), 0.25, 4)  # the widest word of a batch pads the others
    stroke_probability: float = within(0.3, 0, 1)
    stroke_share: tuple[float, float] = within((0.2, 0.8), 0, 1)
    blur_probability: float = within(0.3, 0, 1)
    blur_radius: tuple[float, float] = within((0.005, 0.03), 0, 0.2)
    gamma: tuple[float, float] = within((0.7, 1.5), 0.1, 10)
    strength: tuple[float, float] = within((0.6, 1.0), 0, 1)
    paper: tuple[float, float] = within((0.0, 0.1), 0, 0.5)
    noise_probability: float = within(0.3, 0, 1)
    noise: tuple[float, float] = within((0.01, 0.1), 0, 0.5)


DEFAULTS = WordAugmentation()


def augment_word(
    image: InkImage,
    rng: np.random.Generator,
    augmentation: WordAugmentation = DEFAULTS,
    width: int | None = None,
) -> InkImage:
    """Return a random variation of the image of a word.

    Args:
        image: (H, W) uint8, 255 = full ink.
        rng: Source of randomness.
        augmentation: How much it varies.
        width: Columns of the result; None for those that the geometry gives.

    Returns:
        (H, W') uint8 of the same height.
    """
    picture = _moved(image, rng, augmentation, width)
    if rng.random() < augmentation.blur_probability:
        picture = picture.filter(ImageFilter.BoxBlur(image.shape[0] * rng.uniform(*augmentation.blur_radius)))
    inks = picture.tobytes().translate(_curve(rng, augmentation).tobytes())  # faster than NumPy's indexing
    ink: InkImage = np.frombuffer(inks, np.uint8).reshape(picture.height, picture.width)
    if rng.random() < augmentation.stroke_probability:
        ink = _change_strokes(ink, rng, augmentation)
    if rng.random() < augmentation.noise_probability:
        ink = _roughen(ink, rng, augmentation)
    return ink


def _moved(
    image: InkImage, rng: np.random.Generator, augmentation: WordAugmentation, width: int | None
) -> Image.Image:
    """Rotate, shear, tilt, crop and scale (H, W) in one resampling (bilinear)."""
    height, columns = image.shape
    left, top, right, bottom = height * rng.uniform(*augmentation.looseness, 4)
    if width is None:
        scale = rng.uniform(*augmentation.scale_x) * height / (height + top + bottom)
        width = max(1, round(scale * (columns + left + right)))
    # The corners of the part of the image that fills the result: upper left, lower left, lower right, upper
    # right, as Pillow takes them.
    x = np.array((-left, -left, columns + right, columns + right)) - columns / 2
    y = np.array((-top, height + bottom, height + bottom, -top)) - height / 2
    angle = np.deg2rad(rng.uniform(-augmentation.rotation, augmentation.rotation))
    shear = rng.uniform(-augmentation.shear, augmentation.shear)
    tilt = height * rng.uniform(-augmentation.perspective, augmentation.perspective, (2, 4))
    corners = _turned(x + shear * y, y, angle) + tilt + np.array(((columns / 2,), (height / 2,)))
    return Image.fromarray(image).transform(
        (width, height), Image.Transform.QUAD, corners.T.ravel().tolist(), Image.Resampling.BILINEAR
    )


def _turned(x: Reals, y: Reals, angle: float) -> Reals:
    """Return the points x, y, (N,) each, turned about 0 by an angle in radians, (2, N)."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array((cos * x - sin * y, sin * x + cos * y))


def _curve(rng: np.random.Generator, augmentation: WordAugmentation) -> Bytes:
    """Return the ink that replaces each value of the ink, (256,): another contrast."""
    gamma, full = rng.uniform(*augmentation.gamma), rng.uniform(*augmentation.strength)
    paper = full * rng.uniform(*augmentation.paper)
    ink = paper + (full - paper) * (np.arange(256) / 255) ** gamma
    return np.round(255 * ink).astype(np.uint8)


def _change_strokes(ink: InkImage, rng: np.random.Generator, augmentation: WordAugmentation) -> InkImage:
    """Thicken or thin the strokes of (H, W) by a share of a pixel, less in lower images."""
    extreme = np.maximum if rng.random() < 0.5 else np.minimum
    changed = ink.copy()
    extreme(changed[1:], ink[:-1], out=changed[1:])
    extreme(changed[:-1], ink[1:], out=changed[:-1])
    extreme(changed[:, 1:], ink[:, :-1], out=changed[:, 1:])
    extreme(changed[:, :-1], ink[:, 1:], out=changed[:, :-1])
    share = rng.uniform(*augmentation.stroke_share) * min(1.0, ink.shape[0] / _FULL_FILTER_HEIGHT)
    return np.asarray(Image.blend(Image.fromarray(ink), Image.fromarray(changed), share))


def _roughen(ink: InkImage, rng: np.random.Generator, augmentation: WordAugmentation) -> InkImage:
    """Add noise to (H, W)."""
    noise = grain((ink.shape[0], ink.shape[1]), rng) * np.float32(255 * rng.uniform(*augmentation.noise))
    noise += ink
    return np.clip(noise, 0, 255, out=noise).astype(np.uint8)
