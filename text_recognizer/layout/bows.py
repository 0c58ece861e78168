"""How far the middle of a line leaves its straight line: paper that curls bends the writing on it.

The bow of a line is a polynomial of third degree without its straight part, given by the coefficients of the
Legendre polynomials P2 and P3 over the columns of the line: the first one bends it like a bowl, the second
one like an S. Both are orthogonal to straight lines, whose fit they leave as it is.
"""

from typing import TypeAlias

import numpy as np

from text_recognizer.arrays import Indices, Reals

Bow: TypeAlias = tuple[float, float]  # coefficients of P2 and P3 in pixels, positive = downwards at the right

STRAIGHT: Bow = (0.0, 0.0)

_MIN_ASPECT = 8.0  # width of a line over its thickness; shorter ones bend by less than their letters vary
_MIN_BOW = 0.25  # of the thickness: what writers do on straight paper
_MAX_REST = 0.5  # of the squared distances from the straight line, that a bow may leave


def bow_at(
    columns: Indices | Reals, x1: Reals | float, x2: Reals | float, bow: tuple[Reals, Reals] | Bow
) -> Reals:
    """Return by how many rows a line that spans the columns `x1` to `x2` is bent, at columns of any shape.

    Args:
        columns: (N,) or of another shape; also beside the line, where its last direction goes on.
        x1: First column of the line; or those of several lines, which fit the shape of `columns`.
        x2: Column behind its last one.
        bow: Coefficients of P2 and P3, in rows.

    >>> bow_at(np.array([0, 50, 100]), 0, 100, (8.0, 0.0)).tolist()
    [8.0, -4.0, 8.0]
    """
    second, third = bow
    center, half = (np.add(x1, x2)) / 2, np.maximum(np.subtract(x2, x1), 1) / 2
    place = (columns - center) / half
    inside = np.clip(place, -1, 1)
    beside = place - inside  # the slopes of P2 and P3 at the ends are 3 and 6
    rows = second * ((3 * inside**2 - 1) / 2 + 3 * np.abs(beside))
    return np.asarray(rows + third * ((5 * inside**3 - 3 * inside) / 2 + 6 * beside))


def fit_bows(region: Indices, places: Reals, distances: Reals, thickness: Reals) -> Reals:
    """Return the bow of each region of a map, (count, 2); zeros for those that are as good as straight.

    Args:
        region: (N,) region of each column, ascending from 0 to count - 1.
        places: (N,) where the column lies in its region, from -1 at its left end to 1 at its right end.
        distances: (N,) rows from the straight line of the region to its middle in this column.
        thickness: (count,) of the regions.
    """
    count = len(thickness)
    shapes = (3 * places**2 - 1) / 2, (5 * places**3 - 3 * places) / 2

    def sums(values: Reals) -> Reals:
        """Return the sum of the values (N,) of each region, (count,)."""
        return np.bincount(region, values, minlength=count)

    (a, b), (c, d) = (
        (sums(shapes[0] ** 2), sums(shapes[0] * shapes[1])),
        (sums(shapes[1] ** 2), sums(distances**2)),
    )
    first, second = sums(shapes[0] * distances), sums(shapes[1] * distances)
    determinant = a * c - b**2
    usable = determinant > 1e-6 * a * c
    safe = np.where(usable, determinant, 1.0)
    bows = np.stack(((c * first - b * second) / safe, (a * second - b * first) / safe), axis=1)
    columns = np.bincount(region, minlength=count)
    rest = d - bows[:, 0] * first - bows[:, 1] * second
    bent = usable & (columns >= _MIN_ASPECT * thickness) & (rest <= _MAX_REST * d)
    bent &= np.abs(bows).sum(axis=1) >= _MIN_BOW * thickness
    return np.asarray(np.where(bent[:, None], bows, 0.0))
