"""Pages turned, bent, seen askew, and laid on a table."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage, Mask, Reals

_TABLE_GRAY = (35, 80)  # a dark table: darker than any paper
_GRAIN_PX = (12, 160)  # rows and columns of the grain of its wood
_GRAIN_GRAY = 8.0  # standard deviation of the grain


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
    table = _table((round(1.4 * height), round(1.4 * width)), rng)
    level = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    shift = rng.uniform(-askew, askew, level.shape) * (width, height)
    corners = level + shift + (0.2 * width, 0.2 * height)
    sheet, covered = seen_at(image, [(x, y) for x, y in corners.tolist()], (table.shape[1], table.shape[0]))
    return np.where(covered, sheet, table)


def _table(size: tuple[int, int], rng: np.random.Generator) -> GrayImage:
    """Return the wood of a table, (H, W)."""
    height, width = size
    cells = max(2, height // _GRAIN_PX[0]), max(2, width // _GRAIN_PX[1])
    grain = Image.fromarray(rng.standard_normal(cells).astype(np.float32))
    smooth = np.asarray(grain.resize((width, height), Image.Resampling.BICUBIC))
    return np.clip(rng.uniform(*_TABLE_GRAY) + _GRAIN_GRAY * smooth, 0, 255).astype(np.uint8)


def seen_at(
    image: GrayImage, corners: Sequence[tuple[float, float]], size: tuple[int, int]
) -> tuple[GrayImage, Mask]:
    """Return a page as it is seen when its corners lie elsewhere, and which pixels it covers.

    Args:
        image: (H, W) grey values.
        corners: Where its corners come to lie, x and y in pixels, clockwise from the top left.
        size: Width and height of the picture.

    Returns:
        The picture and the mask, (height, width) both.
    """
    height, width = image.shape
    own = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    coefficients = _projection(corners, own).tolist()
    method, smooth = Image.Transform.PERSPECTIVE, Image.Resampling.BICUBIC
    picture = Image.fromarray(image).transform(size, method, coefficients, smooth)
    covered = Image.new("L", (width, height), 255).transform(size, method, coefficients)
    return np.asarray(picture), np.asarray(covered) > 0


def _projection(source: Sequence[tuple[float, float]], target: Sequence[tuple[float, float]]) -> Reals:
    """Return the projection that maps four points onto four others, (8,): the equations of a homography.

    A point (x, y) goes to ((a x + b y + c) / (g x + h y + 1), (d x + e y + f) / (g x + h y + 1)).
    """
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows, np.float64), np.array(values, np.float64))
