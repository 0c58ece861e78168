"""The shape of a word -> the same as a camera sees it: scaled, turned, slanted, foreshortened, bent, cut."""

import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from text_recognizer.arrays import Bytes, Reals
from text_recognizer.datasets.words.drawing.composition import Composition

_STRIP_PX = 8  # columns of a bent word that are moved together: less than a letter
# Points (3, N) on the upper and on the lower edge of a word, to find what it covers when it is bent.
_OUTLINE = np.array([(x, y, 1.0) for y in (-0.5, 0.5) for x in np.linspace(-1, 1, 9)]).T
_SAMPLED_PX = 1.3  # pixels of the shape per pixel of the result that interpolation does justice to
_MAX_ASPECT = 20.0  # no word is longer; it bounds the time and memory of odd ones
_MIN_SIDE_PX = 4


@dataclass(frozen=True)
class Pose:
    """How a word is seen. Lengths are relative to its height, before it is turned.

    ```python
    from text_recognizer.datasets.words.drawing.projection import Pose

    print(Pose(angle=0.05, margins=(0.1, 0.1, 0.1, 0.1)))
    ```

    Attributes:
        angle: Radians, clockwise.
        slant: Columns to the right per row upwards.
        stretch: Width relative to that of the font.
        keystone: Growth of the letters from the middle to the right end and to the lower edge.
        bend: Rows by which the ends lie lower than the middle; negative: higher.
        margins: Left, top, right, bottom: around the box of the word when it has been turned, relative to the
            box's height; negative ones cut into the word.
    """

    angle: float = 0.0
    slant: float = 0.0
    stretch: float = 1.0
    keystone: tuple[float, float] = (0.0, 0.0)
    bend: float = 0.0
    margins: tuple[float, float, float, float] = field(default=(0.0, 0.0, 0.0, 0.0))


def project(word: Composition, pose: Pose, height: int) -> Bytes:
    """Return the ink, (height, W) uint8, 255 = ink, of a word as it is seen.

    Points of the shape, relative to the middle of the word and to its height, are bent and then mapped by a
    homography; the image is sampled through its inverse.
    """
    left, top, right, bottom = word.box
    unit = float(bottom - top)
    reach = (right - left) / 2 / unit
    forward = _homography(pose, reach)
    x0, y0, x1, y1 = _covered(forward, pose, reach)
    scale = height / (y1 - y0)
    width = int(min(max(round((x1 - x0) * scale), _MIN_SIDE_PX), _MAX_ASPECT * height))
    to_shape = np.linalg.inv(forward) @ np.array([[1 / scale, 0, x0], [0, 1 / scale, y0], [0, 0, 1]])
    picture = Image.fromarray(word.ink)
    factor = max(1, int(unit / scale / _SAMPLED_PX))
    if factor > 1:
        picture = picture.reduce(factor)
    to_pixels = np.array([[unit, 0, (left + right) / 2], [0, unit, (top + bottom) / 2], [0, 0, factor]])
    if pose.bend:
        return _sample_bent(picture, to_shape, to_pixels / factor, (width, height), (pose.bend, reach))
    matrix = to_pixels @ to_shape
    coefficients = (matrix / matrix[2, 2]).ravel()[:8].tolist()
    return np.asarray(
        picture.transform(
            (width, height), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR
        )
    )


def _homography(pose: Pose, reach: float) -> Reals:
    """Return the map (3, 3) from the shape to what is seen, for a word that reaches from -reach to reach."""
    cosine, sine = math.cos(pose.angle), math.sin(pose.angle)
    flat = np.array([[pose.stretch, -pose.slant, 0], [0, 1, 0], [0, 0, 1]])
    turned = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    seen = np.array(
        [[1, 0, 0], [0, 1, 0], [-pose.keystone[0] / reach / pose.stretch, -2 * pose.keystone[1], 1]]
    )
    return np.asarray(turned @ seen @ flat)


def _bent(points: Reals, bend: float, reach: float) -> Reals:
    """Return points (2, N) of the shape as they lie on a bent base line."""
    along = points[0] / reach
    return np.stack((points[0], points[1] + bend * (along * along - 0.5)))


def _covered(forward: Reals, pose: Pose, reach: float) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of what is cut out: the box of the word and its margins.

    Args:
        forward: (3, 3) homography from the word to the image.
        pose: How the word is seen.
        reach: Half of the word's width.
    """
    outline = _OUTLINE * [[reach], [1.0], [1.0]]
    if pose.bend:
        outline[:2] = _bent(outline[:2], pose.bend, reach)
    seen = forward @ outline
    seen = seen[:2] / seen[2]
    (x0, y0), (x1, y1) = seen.min(axis=1), seen.max(axis=1)
    left, top, right, bottom = (margin * float(y1 - y0) for margin in pose.margins)
    return float(x0) - left, float(y0) - top, float(x1) + right, float(y1) + bottom


def _sample_bent(
    picture: Image.Image, to_shape: Reals, to_pixels: Reals, size: tuple[int, int], bend: tuple[float, float]
) -> Bytes:
    """Return the ink (height, width) of a bent word, sampled strip by strip.

    Args:
        picture: The shape.
        to_shape: (3, 3) from the result to points of the shape that are bent.
        to_pixels: (3, 3) from points of the shape to pixels of the picture.
        size: Width and height of the result.
        bend: Rows by which the ends lie lower than the middle, and where the ends are.
    """
    width, height = size
    edges = np.append(np.arange(0, width, _STRIP_PX), width)
    x, y = np.tile(edges, 2).astype(float), np.repeat((0.0, float(height)), edges.size)
    seen = to_shape @ np.stack((x, y, np.ones_like(x)))
    straight = _bent(seen[:2] / seen[2], -bend[0], bend[1])
    source = to_pixels[:2, :2] @ straight + to_pixels[:2, 2:]
    upper, lower = source[:, : edges.size].T, source[:, edges.size :].T
    quads = np.hstack((upper[:-1], lower[:-1], lower[1:], upper[1:])).tolist()
    boxes = [(int(a), 0, int(b), height) for a, b in zip(edges[:-1], edges[1:], strict=True)]
    return np.asarray(
        picture.transform(
            size, Image.Transform.MESH, [*zip(boxes, quads, strict=True)], Image.Resampling.BILINEAR
        )
    )
