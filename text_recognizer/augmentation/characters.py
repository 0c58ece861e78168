"""Random variation of character images for training."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from text_recognizer.arrays import InkImage
from text_recognizer.augmentation.parameters import Augmentation, within


@dataclass(frozen=True)
class CharacterAugmentation(Augmentation):
    """How much characters vary: little, since slant and proportions are all that tells l from 1 and O from 0.

    ```python
    from text_recognizer.augmentation.characters import CharacterAugmentation

    print(CharacterAugmentation(rotation=0, shift=3))
    ```

    Attributes:
        rotation: Largest angle, in degrees either way.
        shear: Largest horizontal shift per row, either way.
        scale: Interval of the factor of both sides.
        aspect: Interval of the factor by which the width grows and the height shrinks.
        shift: Largest shift in each direction, in pixels.
    """

    rotation: float = within(5.0, 0, 45)
    shear: float = within(0.07, 0, 1)
    scale: tuple[float, float] = within((0.92, 1.08), 0.5, 2)
    aspect: tuple[float, float] = within((0.97, 1.03), 0.5, 2)
    shift: float = within(1.5, 0, 14)


DEFAULTS = CharacterAugmentation()


def augment_character(
    image: InkImage, rng: np.random.Generator, augmentation: CharacterAugmentation = DEFAULTS
) -> InkImage:
    """Return the character slightly turned, slanted, scaled and moved.

    Args:
        image: (H, W) uint8, 255 = full ink.
        rng: Source of randomness.
        augmentation: How much it varies.

    Returns:
        (H, W) uint8.
    """
    height, width = image.shape
    turn, lean, move = np.deg2rad(augmentation.rotation), augmentation.shear, augmentation.shift
    angle, shear = rng.uniform(-turn, turn), rng.uniform(-lean, lean)
    scale, aspect = rng.uniform(*augmentation.scale), rng.uniform(*augmentation.aspect)
    scale_x, scale_y = scale * aspect, scale / aspect
    cos, sin = np.cos(angle), np.sin(angle)
    # Pillow asks where a pixel of the result comes from: the inverse of the change, about the centre.
    a, b, c, d = cos / scale_x, (sin + shear) / scale_x, -sin / scale_y, cos / scale_y
    x, y = width / 2, height / 2
    dx, dy = rng.uniform(-move, move, size=2)
    moved = Image.fromarray(image).transform(
        (width, height),
        Image.Transform.AFFINE,
        (a, b, x - a * x - b * y + dx, c, d, y - c * x - d * y + dy),
        Image.Resampling.BILINEAR,
    )
    return np.asarray(moved)
