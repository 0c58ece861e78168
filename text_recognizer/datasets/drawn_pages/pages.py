"""A drawing -> a page as the line detector sees it, and its labels: paper, ink, camera, in this order."""

from typing import Literal

import numpy as np

from text_recognizer.arrays import GrayImage, InkImage, LabelMap, Reals
from text_recognizer.datasets.drawn_pages.drawing import Drawing, on_paper
from text_recognizer.datasets.drawn_pages.papers import PAPERS, Strength, printed
from text_recognizer.datasets.drawn_pages.photos import in_uneven_light, seen_at, wooden_table
from text_recognizer.datasets.labelled_lines.cutting import moved_up
from text_recognizer.datasets.pages.curved_bands import CurvedBand
from text_recognizer.datasets.pages.line_labels import paint_labels
from text_recognizer.layout.kernels import UNKNOWN
from text_recognizer.preparation.homography import Homography
from text_recognizer.preprocessing.pages import paragraph_input

PrintLabel = Literal["line", "unknown", "background"]

_PAPER_SHARE = 0.3  # pages on ruled, squared, dotted paper
_BENT_SHARE = 0.3  # pages whose lines are bows
_PHOTO_SHARE = 0.2  # pages that lie on a table, or end at a dark edge
_BEND_SHARE = 0.025  # deviation of the height of a bow, in heights of the page
_ASKEW = 0.03  # deviation of the corners of a sheet on a table, in sides
_AROUND = (-0.01, 0.2)  # of the table that is seen at each side, in sides of the sheet
_PAPER_GRAY = (175, 255)
_PEN = (0.35, 0.95)  # strength of handwriting
_PRESS = (0.4, 0.95)
_NOISE_GRAY = 3.0  # most deviation of the noise of a camera


def page_of(
    drawing: Drawing, rng: np.random.Generator, print_label: PrintLabel = "line"
) -> tuple[InkImage, LabelMap]:
    """Return a page as the network takes it, (h, w), and its label map (h, w).

    Bends and perspective move the pixels and the labels by one and the same map of points.

    Args:
        drawing: What is on it.
        rng: Source of randomness.
        print_label: What lines of print are taken for.
    """
    ink = drawing.ink(rng.uniform(*_PEN), rng.uniform(*_PRESS))
    image = on_paper(ink, rng.uniform(*_PAPER_GRAY))
    if rng.random() < _PAPER_SHARE:
        paper = [*PAPERS][int(rng.integers(len(PAPERS)))]
        image = printed(image, paper, Strength(rng.uniform(0.1, 0.6), rng.uniform(1.0, 3.0)), rng)
    bands = [piece.band for piece in drawing.pieces]
    if rng.random() < _BENT_SHARE:
        image, bands = bent(image, bands, rng)
    if rng.random() < _PHOTO_SHARE:
        image, bands = photographed(image, bands, rng)
    paragraph, scale = paragraph_input(image)
    prints = [piece.printed and print_label != "line" for piece in drawing.pieces]
    lines = [band for band, is_print in zip(bands, prints, strict=True) if not is_print]
    labels = paint_labels(lines, paragraph.shape, scale)
    if print_label == "unknown":
        print_bands = [band for band, is_print in zip(bands, prints, strict=True) if is_print]
        covered = paint_labels(print_bands, paragraph.shape, scale) > 0
        labels = np.where(covered & (labels == 0), UNKNOWN, labels).astype(np.uint8)
    return np.round(paragraph * 255).astype(np.uint8), labels


def bent(
    image: GrayImage, bands: list[CurvedBand], rng: np.random.Generator
) -> tuple[GrayImage, list[CurvedBand]]:
    """Return a page (H, W) whose lines rise and fall together, and the bands of its lines."""
    height, width = image.shape
    rise, phase = rng.normal(0, _BEND_SHARE) * height, rng.uniform(0, np.pi)
    waves = rng.uniform(0.5, 1.2)

    def shifts(columns: Reals) -> Reals:
        """Return by how many rows pixels move up in columns (N, 1) or (N,), of the same shape."""
        return np.asarray(rise * np.sin(phase + np.pi * waves * columns / width), np.float64)

    moves = shifts(np.arange(0.5, width, dtype=np.float64))
    above = max(0, int(np.ceil(moves.max())))
    moved = moved_up(image, moves, int(np.median(image)))
    return moved, [
        band.mapped(lambda points: points + np.array([0, above]) - shifts(points[:, :1]) * np.array([0, 1]))
        for band in bands
    ]


def photographed(
    image: GrayImage, bands: list[CurvedBand], rng: np.random.Generator
) -> tuple[GrayImage, list[CurvedBand]]:
    """Return a page (H, W) on a table, not quite level, in uneven light, and the bands of its lines."""
    height, width = image.shape
    left, top, right, bottom = rng.uniform(*_AROUND, 4) * (width, height, width, height)
    size = round(width + left + right), round(height + top + bottom)
    own = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    corners = own + (left, top) + rng.normal(0, _ASKEW, own.shape) * (width, height)
    sheet, covered = seen_at(image, [(x, y) for x, y in corners.tolist()], size)
    table = wooden_table((size[1], size[0]), rng)
    picture = in_uneven_light(np.where(covered, sheet, table), rng)
    noisy = picture + rng.uniform(0, _NOISE_GRAY) * rng.standard_normal(picture.shape, np.float32)
    seen = Homography.between(own, corners)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8), [band.mapped(seen.apply) for band in bands]
