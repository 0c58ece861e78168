"""Pages turned, bent, seen askew, and laid on a table."""

import math

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.drawn_pages.photos import seen_at, wooden_table


def paper_gray(image: GrayImage) -> int:
    """Return the grey of the paper of a page (H, W): the median of its outermost pixels."""
    return int(np.median(np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])))


def with_margins(image: GrayImage, share: float) -> GrayImage:
    """Return a page (H, W) with more paper on each side, a share of its height and width."""
    rows, columns = (round(share * side) for side in image.shape)
    return np.pad(image, ((rows, rows), (columns, columns)), constant_values=np.uint8(paper_gray(image)))


def turned(image: GrayImage, degrees: float) -> GrayImage:
    """Return a page (H, W) turned counter-clockwise on paper of its own grey; nothing is cut off."""
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(image, round(degrees / 90)))
    picture = Image.fromarray(image).rotate(
        degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=paper_gray(image)
    )
    return np.asarray(picture)


def curled(image: GrayImage, share: float) -> GrayImage:
    """Return a page (H, W) whose middle is lifted by a share of its height, as beside the fold of a book."""
    height, width = image.shape
    lift = math.ceil(share * height)
    page = np.pad(image, ((lift, 1), (0, 0)), constant_values=np.uint8(paper_gray(image)))
    # Each column is read from further down the page: by a fraction of a row, so that letters stay smooth.
    rows = np.arange(height + lift)[:, None] + share * height * np.sin(math.pi * np.arange(width) / width)
    rows = np.clip(rows, 0, len(page) - 2)
    above = np.floor(rows).astype(np.int64)
    first, second = (np.take_along_axis(page, above + step, axis=0).astype(np.float32) for step in (0, 1))
    return np.asarray(np.rint(first + (rows - above) * (second - first)), np.uint8)


def narrowed(image: GrayImage, share: float) -> GrayImage:
    """Return a page (H, W) seen from below: its upper edge is shorter by a share of the width."""
    height, width = image.shape
    inset = share * width / 2
    corners = [(inset, 0), (width - inset, 0), (width, height), (0, height)]
    sheet, covered = seen_at(image, corners, (width, height))
    return np.where(covered, sheet, np.uint8(paper_gray(image)))


def on_table(image: GrayImage, askew: float, rng: np.random.Generator) -> GrayImage:
    """Return a page (H, W) on a dark table, a fifth of it around the page.

    Args:
        image: The page.
        askew: Largest distance of a corner from where it would be on a level page, in shares of the sides.
        rng: Source of randomness.
    """
    height, width = image.shape
    table = wooden_table((round(1.4 * height), round(1.4 * width)), rng)
    level = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    shift = rng.uniform(-askew, askew, level.shape) * (width, height)
    corners = level + shift + (0.2 * width, 0.2 * height)
    sheet, covered = seen_at(image, [(x, y) for x, y in corners.tolist()], (table.shape[1], table.shape[0]))
    return np.where(covered, sheet, table)
