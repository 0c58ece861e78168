"""The images of `tests/support`, and what a camera or a scanner may do to them."""

import json
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage
from text_recognizer.images.loading import load_image
from text_recognizer.inference import artifacts
from text_recognizer.tests.repository import ROOT

SUPPORT = ROOT / "text_recognizer" / "tests" / "support"
TEXTS: dict[str, str] = json.loads((SUPPORT / "texts.json").read_text(encoding="utf-8"))


SHIPPED = artifacts.runnable()


def named(folder: str) -> list[tuple[str, str]]:
    """Return path and text of the images in a folder, those that the tests of the 2019 project named."""
    return [(str(SUPPORT / name), text) for name, text in TEXTS.items() if name.startswith(f"{folder}/")]


def drawn(kind: str) -> list[tuple[GrayImage, str]]:
    """Return the images (H, W) of a kind, `character`, `characters`, `line` or `page`, and their texts."""
    names = [name for name in TEXTS if name.startswith(f"{kind}_")]
    return [(load_image(SUPPORT / name), TEXTS[name]) for name in names]


def draw_word(text: str) -> Image.Image:
    """Draw a word of print."""
    font = ImageFont.load_default(40)
    image = Image.new("L", (int(font.getlength(text)) + 20, 64), 230)
    ImageDraw.Draw(image).text((10, 6), text, 40, font)
    return image


def _turned(image: GrayImage, degrees: float) -> GrayImage:
    paper = int(np.median(image))
    picture = Image.fromarray(image).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=paper)
    return np.asarray(picture)


def _faint(image: GrayImage) -> GrayImage:
    return np.round(140 + 0.3 * (image.astype(np.float32) - 140)).astype(np.uint8)


VARIANTS: dict[str, Callable[[GrayImage], GrayImage]] = {
    "as drawn": lambda image: image,
    "inverted": lambda image: np.asarray(255 - image, np.uint8),
    "turned by 1 degree": lambda image: _turned(image, 1),
    "turned by -1 degree": lambda image: _turned(image, -1),
    "low contrast": _faint,
}
