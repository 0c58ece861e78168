"""Two styles in which words are drawn: plain as by the usual generators, and rich as on photos of signs."""

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.words.drawing.composition import Composition, add_neighbours, add_rule, compose
from text_recognizer.datasets.words.drawing.degradation import degrade, pixel_noise
from text_recognizer.datasets.words.drawing.fonts import FONT_SIZE_PX, WordFont
from text_recognizer.datasets.words.drawing.projection import Pose, project
from text_recognizer.datasets.words.drawing.scene import paint

Neighbour = Callable[[np.random.Generator], tuple[str, WordFont]]  # gives a text and a font that has it

# Heights of rich images: a part as high as those of the networks, the others down to what can just be read.
_FULL_HEIGHT_SHARE, _FULL_HEIGHTS_PX, _LOW_HEIGHTS_PX = 0.45, (36, 61), (13, 44)
_SPACED_SHARE, _SPACINGS_EM = 0.3, (-0.04, 0.4)  # words with other distances between their letters
_NEIGHBOURS_SHARE, _RULED_SHARE = 0.3, 0.05
_MAX_HEIGHT_PX = 64  # of the networks: higher images would be scaled down
# Standard deviation of the angle in degrees, and the share of words it holds for.
_ANGLES_DEGREES = ((0.6, 1.5), (0.88, 5.0), (1.0, 13.0))
_MAX_RISE_HEIGHTS = 1.3  # of a turned word, in heights of it: a long one is turned less
_SLANTED_SHARE, _SLANT = 0.25, 0.18
LOG_STRETCH = (-0.17, 0.2)  # logarithm of the width relative to the font's: mean and deviation
_KEYSTONED_SHARE, _KEYSTONE, _MAX_KEYSTONE = 0.35, (0.06, 0.09), 0.25
_BENT_SHARE, _BEND_HEIGHTS = 0.12, (0.1, 0.55)
# Kinds of crops: share, and least and most margin relative to the height.
_CROPS = ((0.3, (-0.05, 0.04)), (0.8, (0.0, 0.16)), (1.0, (0.05, 0.4)))
_MAX_CUT_HEIGHTS = 0.03  # at the left and right: letters there must stay whole

_PLAIN_HEIGHT_PX = 32
_PLAIN_ANGLE_DEGREES = 5.0
_PLAIN_MARGIN_HEIGHTS = (0.05, 0.2)
_PLAIN_PAPER_GRAYS, _PLAIN_INK_GRAYS = (200, 250), (0, 90)
_PLAIN_NOISE_GRAYS = (4, 16)
_PLAIN_BLUR_PX = (0.0, 1.2)


def draw_plain(text: str, font: WordFont, stretch: float, rng: np.random.Generator) -> GrayImage:
    """Return an image (32, W) of a word: dark on bright noise, skewed and blurred.

    That is what the generator trdg makes in its default configuration with random skew and blur.

    Args:
        text: Characters that the font has, without spaces.
        font: What to draw with.
        stretch: Width relative to that of the font.
        rng: Source of randomness.
    """
    angle = math.radians(rng.uniform(-_PLAIN_ANGLE_DEGREES, _PLAIN_ANGLE_DEGREES))
    left, top, right, bottom = rng.uniform(*_PLAIN_MARGIN_HEIGHTS, 4).tolist()
    pose = Pose(angle, stretch=stretch, margins=(left, top, right, bottom))
    ink = project(compose(text, font), pose, _PLAIN_HEIGHT_PX)
    paper, color = rng.uniform(*_PLAIN_PAPER_GRAYS), rng.uniform(*_PLAIN_INK_GRAYS)
    image = pixel_noise(ink.shape, rng) * np.float32(rng.uniform(*_PLAIN_NOISE_GRAYS)) + np.float32(paper)
    image += ink * np.float32(1 / 255) * (np.float32(color) - image)
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.BoxBlur(rng.uniform(*_PLAIN_BLUR_PX))))


def draw_rich(
    text: str, font: WordFont, stretch: float, neighbour: Neighbour, rng: np.random.Generator
) -> GrayImage:
    """Return an image (H, W), 13 to 64 px high, of a word as photos and screens show it.

    Args:
        text: Characters that the font has, without spaces.
        font: What to draw with.
        stretch: Width relative to that of the font.
        neighbour: Gives the words around it.
        rng: Source of randomness.
    """
    spacing = (
        FONT_SIZE_PX * rng.uniform(*_SPACINGS_EM) * rng.random() if rng.random() < _SPACED_SHARE else 0.0
    )
    word = compose(text, font, spacing)
    surroundings = rng.random()
    if surroundings < _NEIGHBOURS_SHARE:
        others = [_composed_neighbour(neighbour, spacing, rng) for _ in range(rng.integers(1, 4))]
        word = add_neighbours(word, others, rng)
    elif surroundings < _NEIGHBOURS_SHARE + _RULED_SHARE:
        word = add_rule(word, rng)
    heights = _FULL_HEIGHTS_PX if rng.random() < _FULL_HEIGHT_SHARE else _LOW_HEIGHTS_PX
    pose = _pose(word, stretch, rng)
    # What counts is the height of the letters, which a turned word has in an image that is higher.
    height = int(rng.integers(*heights)) * (1 + _rise(word, pose.angle))
    return degrade(paint(project(word, pose, min(_MAX_HEIGHT_PX, int(height))), rng), rng)


def _rise(word: Composition, angle: float) -> float:
    """Return by how much a turned word is higher than a straight one, relative to its height."""
    left, top, right, bottom = word.box
    return (right - left) / (bottom - top) * abs(math.sin(angle))


def _composed_neighbour(neighbour: Neighbour, spacing: float, rng: np.random.Generator) -> Composition:
    text, font = neighbour(rng)
    return compose(text, font, spacing)


def _pose(word: Composition, stretch: float, rng: np.random.Generator) -> Pose:
    """Return how a word on a sign is seen."""
    left, top, right, bottom = word.box
    aspect = (right - left) / (bottom - top)
    chance = rng.random()
    deviation = next(degrees for share, degrees in _ANGLES_DEGREES if chance < share)
    steepest = math.atan(_MAX_RISE_HEIGHTS / aspect)
    angle = min(max(math.radians(rng.normal(0, deviation)), -steepest), steepest)
    slant = rng.normal(0, _SLANT) if rng.random() < _SLANTED_SHARE else 0.0
    keystone = (0.0, 0.0)
    if rng.random() < _KEYSTONED_SHARE:
        across, down = (min(max(rng.normal(0, scale), -_MAX_KEYSTONE), _MAX_KEYSTONE) for scale in _KEYSTONE)
        keystone = (across, down)
    bend = 0.0
    if rng.random() < _BENT_SHARE:
        bend = (1 if rng.random() < 0.5 else -1) * rng.uniform(*_BEND_HEIGHTS) * min(1, aspect / 4)
    return Pose(angle, slant, stretch, keystone, bend, _margins(rng))


def _margins(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Return the margins of a crop: left, top, right, bottom."""
    chance = rng.random()
    least, most = next(margins for share, margins in _CROPS if chance < share)
    left, top, right, bottom = rng.uniform(least, most, 4).tolist()
    return max(left, -_MAX_CUT_HEIGHTS), top, max(right, -_MAX_CUT_HEIGHTS), bottom
