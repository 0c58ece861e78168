"""Files whose pages are told apart by their grey value, and a reader that reads it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.images.limits import LIBRARY_LIMITS
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.tests.images.pdf_files import pdf_of

SIZE = (24, 32)
KINDS = ("png", "bmp", "gif", "webp", "tif", "pdf")


def picture(gray: int) -> Image.Image:
    return Image.new("L", SIZE, gray)


def write(path: Path, grays: list[int]) -> Path:
    """Write a file with a page of each grey value; kinds other than TIFF and PDF take one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = [picture(gray) for gray in grays]
    if path.suffix == ".pdf":
        path.write_bytes(pdf_of(pictures))
    elif path.suffix == ".tif":
        pictures[0].save(path, save_all=True, append_images=pictures[1:])
    else:
        options: dict[str, Any] = {"lossless": True} if path.suffix == ".webp" else {}
        pictures[0].save(path, **options)
    return path


def text_of(gray: int) -> str:
    return f"page of {gray}"


def predict(image: GrayImage) -> PagePrediction:
    """Return a page whose text is the grey value of its image (H, W)."""
    height, width = image.shape
    line = LinePrediction(text_of(round(float(image.mean()))), 0.5)
    return PagePrediction((line,), width, height)


class StubRecognizer:
    limits = LIBRARY_LIMITS

    def __init__(self, before: Callable[[GrayImage], None] = lambda image: None) -> None:
        self.before = before
        self.pages = 0

    def predict(self, image: GrayImage) -> PagePrediction:
        self.before(image)
        self.pages += 1
        return predict(image)


def blank(path: Path) -> Path:
    np.zeros(3).tofile(path)
    return path
