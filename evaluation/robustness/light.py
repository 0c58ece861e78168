"""Pages badly lit, scanned, stored or written: shadows, blur, noise, faint or inverted ink, show-through."""

import io
import math

import numpy as np
from PIL import Image, ImageFilter

from evaluation.robustness.shapes import paper_gray
from text_recognizer.arrays import Floats, GrayImage, Reals

_INK_GRAYS = 60  # pixels darker than the paper by this much are ink
_MIN_LINE_ROWS = 8  # fewer rows of ink are no line: an accent or a dot


def shadowed(image: GrayImage, softness: float, rng: np.random.Generator) -> GrayImage:
    """Return a page (H, W) with a shadow over a part of it that takes half of its light.

    Args:
        image: The page.
        softness: Over which share of the page light turns into shadow; 0 for a hard edge.
        rng: Source of randomness: where the edge lies and how it runs.
    """
    height, width = image.shape
    angle = rng.uniform(-math.pi / 3, math.pi / 3)
    down, right = np.linspace(-0.5, 0.5, height)[:, None], np.linspace(-0.5, 0.5, width)
    distance = right * math.cos(angle) + down * math.sin(angle) - rng.uniform(-0.2, 0.2)
    light = np.clip(distance / max(softness, 1 / width) + 0.5, 0, 1)
    return np.asarray(np.rint(image * (0.5 + 0.5 * light)), np.uint8)


def blurred(image: GrayImage, radius_px: float) -> GrayImage:
    """Return a page (H, W) out of focus."""
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(radius_px)))


def noisy(image: GrayImage, deviation: float, rng: np.random.Generator) -> GrayImage:
    """Return a page (H, W) with the noise of a sensor, in grey values."""
    return _gray(image + deviation * rng.standard_normal(image.shape, np.float32))


def reduced(image: GrayImage, factor: int) -> GrayImage:
    """Return a page (H, W) at a fraction of its size."""
    return np.asarray(Image.fromarray(image).reduce(factor))


def faint(image: GrayImage, contrast: float) -> GrayImage:
    """Return a page (H, W) written with a pencil: a share of its contrast is left, 0-1."""
    paper = paper_gray(image)
    return _gray(paper + contrast * (image.astype(np.float32) - paper))


def inverted(image: GrayImage) -> GrayImage:
    """Return a page (H, W) in white on black."""
    return 255 - image


def with_inverted_line(image: GrayImage, rng: np.random.Generator, ground: int = 0) -> GrayImage:
    """Return a page (H, W) with one line light on a dark ground, from edge to edge; a blank page stays.

    Args:
        image: The page.
        rng: Source of randomness: which line it is.
        ground: Grey that paper becomes there; 0 for black.
    """
    bands = _bands(image)
    page = image.copy()
    if bands:
        top, bottom = bands[int(rng.integers(len(bands)))]
        strength = (255 - page[top:bottom]).astype(np.float32) / 255
        page[top:bottom] = _gray(ground + (255 - ground) * strength)
    return page


def _bands(image: GrayImage) -> list[tuple[int, int]]:
    """Return the first row of each line of a page (H, W) and the row behind its last: rows that have ink."""
    inked = (image < paper_gray(image) - _INK_GRAYS).any(axis=1)
    changes = np.flatnonzero(np.diff(np.concatenate([[False], inked, [False]]).astype(np.int8))).tolist()
    pairs = zip(changes[::2], changes[1::2], strict=True)
    return [(top, bottom) for top, bottom in pairs if bottom - top >= _MIN_LINE_ROWS]


def with_scan_edge(image: GrayImage, share: float) -> GrayImage:
    """Return a page (H, W) with a black bar left and above, which a scanner leaves beside a sheet."""
    edge = max(1, round(share * max(image.shape)))
    return np.pad(image, ((edge, 0), (edge, 0)), constant_values=np.uint8(0))


def compressed(image: GrayImage, quality: int) -> GrayImage:
    """Return a page (H, W) as JPEG keeps it at a quality of 1-95."""
    stored = io.BytesIO()
    Image.fromarray(image).save(stored, "JPEG", quality=quality)
    return np.asarray(Image.open(stored))


def shown_through(image: GrayImage, share: float) -> GrayImage:
    """Return a page (H, W) on thin paper whose other side has the same text, half a line lower.

    Args:
        image: The page.
        share: Of the ink of the other side that is seen, 0-1.
    """
    bands = _bands(image)
    pitch = (bands[-1][0] - bands[0][0]) / (len(bands) - 1) if len(bands) > 1 else 0.0
    behind = np.roll(blurred(image[:, ::-1], 1.0), round(pitch / 2), axis=0).astype(np.float32)
    light = np.minimum(1, behind / max(1, paper_gray(image)))
    return _gray(image * (1 - share * (1 - light)))


def _gray(values: Floats | Reals) -> GrayImage:
    """Return grey values (H, W) rounded and within 0-255."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
