"""The ink of a word as a camera sees it -> an image in grey: surfaces, ink, outline, shadow, light.

Everything is in grey from the start, as the networks see it: two colours are two greys, either of which may
be the brighter one.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from text_recognizer.arrays import Bytes, Floats
from text_recognizer.augmentation.paper import grain

_WHITE_SHARE, _BLACK_SHARE = 0.18, 0.15  # words on white and on black; the other surfaces have any grey
_WHITE_GRAYS, _BLACK_GRAYS = (215, 256), (0, 45)
_MIN_CONTRAST_GRAYS = 38  # weaker contrasts are hardly read when noise has been added
_ROOM_SHARE = 0.2  # of the scale: where less is left above or below the paper, the ink is on the other side
_STRONG_SHARE = 0.55  # words whose ink is at the other end of the scale, as good signs are
_OUTLINED_SHARE = 0.09
_HOLLOW_SHARE = 0.03  # letters of which only the outline is seen
_SHADED_SHARE = 0.14
_GRADED_INK_SHARE = 0.2  # ink of uneven grey: gradient or texture
_SURFACE_KINDS = (
    0.42,
    0.60,
    0.80,
    0.92,
)  # cumulated: even, gradient, blotches, texture; the rest are patches
_SURFACE_CONTRASTS = (0.05, 0.5)  # how far a surface varies, relative to the contrast of the ink
_SPOT_SHARE = 0.12  # images with uneven light
_MIN_OUTLINE_PX = 1.0
_OUTLINE_HEIGHTS = (0.015, 0.05)  # width of an outline
_SHADOW_HEIGHTS = (0.02, 0.09)  # how far a shadow lies from its letter
# Ink, 0 to 1, of each value of blurred ink: the outer parts of a blurred letter become full ink.
_STEEP_CURVE = np.clip((np.arange(256, dtype=np.float32) - 12) / 51, 0, 1)


def paint(ink: Bytes, rng: np.random.Generator) -> Floats:
    """Return a grey image (H, W), about 0 to 255, of a word.

    Args:
        ink: (H, W) uint8, 255 = ink.
        rng: Source of randomness.
    """
    paper, color = _greys(rng)
    contrast = abs(color - paper)
    image = _surface(ink.shape, paper, contrast, rng)
    cover = ink.astype(np.float32)
    cover /= 255
    kind = rng.random()
    if kind < _OUTLINED_SHARE + _HOLLOW_SHARE:
        image, cover = _outline(image, ink, cover, (paper, color), kind < _HOLLOW_SHARE, rng)
    elif kind < _OUTLINED_SHARE + _HOLLOW_SHARE + _SHADED_SHARE:
        _cast_shadow(image, ink, (paper, color), rng)
    foreground: Floats | np.float32 = np.float32(color)
    if rng.random() < _GRADED_INK_SHARE:
        foreground = _variation(ink.shape, rng) * np.float32(0.35 * contrast * rng.random()) + foreground
    image += cover * (foreground - image)
    if rng.random() < _SPOT_SHARE:
        image *= 1 + _gradient(ink.shape, rng) * np.float32(rng.uniform(0.1, 0.45))
    return image


def _greys(rng: np.random.Generator) -> tuple[float, float]:
    """Return the greys of paper and ink."""
    kind = rng.random()
    if kind < _WHITE_SHARE:
        paper = rng.uniform(*_WHITE_GRAYS)
    elif kind < _WHITE_SHARE + _BLACK_SHARE:
        paper = rng.uniform(*_BLACK_GRAYS)
    else:
        paper = rng.uniform(0, 256)
    # The side with more room is likelier, in proportion, and one without room impossible.
    bright = min(max((255 - paper) / 255, 0.0), 1.0)
    bright = rng.random() < (bright if _ROOM_SHARE < bright < 1 - _ROOM_SHARE else round(bright))
    room = 255 - paper if bright else paper
    least = 0.55 * room if rng.random() < _STRONG_SHARE else _MIN_CONTRAST_GRAYS
    contrast = rng.uniform(least, room)
    return paper, paper + contrast if bright else paper - contrast


def _surface(size: tuple[int, int], paper: float, contrast: float, rng: np.random.Generator) -> Floats:
    """Return what a word stands on, (H, W)."""
    kind = rng.random()
    image = np.full(size, paper, np.float32)
    strength = np.float32(contrast * rng.uniform(*_SURFACE_CONTRASTS) * rng.uniform(0.3, 1))
    if kind < _SURFACE_KINDS[0]:
        return image
    if kind < _SURFACE_KINDS[1]:
        image += _gradient(size, rng) * strength
    elif kind < _SURFACE_KINDS[2]:
        image += _blotches(size, rng) * (strength * np.float32(0.5))
    elif kind < _SURFACE_KINDS[3]:
        image += grain(size, rng) * (strength * np.float32(0.35))
    else:
        image += _patches(size, rng) * strength
    return image


def _variation(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return a gradient or blotches, (H, W)."""
    return _gradient(size, rng) if rng.random() < 0.6 else _blotches(size, rng)


def _gradient(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return a slope in a random direction, (H, W), from -1 to 1."""
    rows, columns = (np.linspace(-1, 1, side, dtype=np.float32) for side in size)
    down, along = rng.uniform(-1, 1, 2).astype(np.float32)
    total = max(abs(float(down)) + abs(float(along)), 0.1)
    return np.asarray((rows[:, None] * down + columns * along) / np.float32(total))


def _blotches(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return a smooth random field, (H, W), of mean 0 and deviation about 1."""
    height, width = size
    rows = int(rng.integers(2, 6))
    columns = max(2, min(40, round(rows * width / height * rng.uniform(0.4, 1))))
    field = Image.fromarray(rng.standard_normal((rows, columns), np.float32))
    return np.asarray(field.resize((width, height), Image.Resampling.BICUBIC))


def _patches(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return some shapes and lines, (H, W), from -1 to 1, as signs, walls and things behind a word have."""
    height, width = size
    picture = Image.new("L", (width, height), 128)
    draw = ImageDraw.Draw(picture)
    for _ in range(rng.integers(1, 4)):
        corners = rng.uniform(-0.3, 1.3, (4, 2)) * (width, height)
        gray = int(rng.integers(256))
        if rng.random() < 0.4:
            ends = [tuple(point) for point in corners[:2].tolist()]
            draw.line(ends, fill=gray, width=int(rng.integers(1, max(2, height // 8) + 1)))
        else:
            draw.polygon([tuple(point) for point in corners.tolist()], fill=gray)
    soft = picture.filter(ImageFilter.BoxBlur(rng.uniform(0, 0.04) * height))
    return np.asarray(soft, np.float32) / np.float32(128) - np.float32(1)


def _outline(
    image: Floats,
    ink: Bytes,
    cover: Floats,
    greys: tuple[float, float],
    hollow: bool,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Return the image (H, W) with the outlines of the letters, and what the ink covers now, (H, W)."""
    paper, color = greys
    width = max(_MIN_OUTLINE_PX, rng.uniform(*_OUTLINE_HEIGHTS) * ink.shape[0])
    wide = _widened(ink, width)
    if hollow:
        return image, np.maximum(wide - cover, np.float32(0))
    gray = 2 * paper - color if rng.random() < 0.3 else rng.uniform(0, 255)
    image += wide * (np.float32(min(max(gray, 0), 255)) - image)
    return image, cover


def _widened(ink: Bytes, width: float) -> Floats:
    """Return the ink (H, W), 0-1, of letters that are wider by `width` pixels on each side."""
    blurred = Image.fromarray(ink).filter(ImageFilter.BoxBlur(width))
    return np.asarray(_STEEP_CURVE[np.asarray(blurred)])


def _cast_shadow(image: Floats, ink: Bytes, greys: tuple[float, float], rng: np.random.Generator) -> None:
    """Darken or brighten the image (H, W) where the shadow or the side of a raised letter is."""
    height = ink.shape[0]
    distance = max(1.0, rng.uniform(*_SHADOW_HEIGHTS) * height)
    angle = rng.uniform(0, 2 * np.pi)
    across, down = round(distance * np.cos(angle)), round(distance * np.sin(angle))
    shadow = np.roll(ink, (down, across), (0, 1))
    if rng.random() < 0.5:
        shadow = np.maximum(shadow, np.roll(ink, (round(down / 2), round(across / 2)), (0, 1)))
    else:
        blurred = Image.fromarray(shadow).filter(ImageFilter.BoxBlur(rng.uniform(0.3, 1) * distance))
        shadow = np.asarray(blurred)
    paper, color = greys
    gray = paper + (paper - color) * rng.uniform(0.1, 1) if rng.random() < 0.6 else rng.uniform(0, 255)
    strength = np.float32(rng.uniform(0.3, 1) / 255)
    image += shadow * strength * (np.float32(min(max(gray, 0), 255)) - image)
