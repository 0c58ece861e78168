"""How far the middle of a line leaves its straight line: paper that curls bends the writing on it.

The bow of a line is a polynomial of third degree without its straight part, given by the coefficients of the
Legendre polynomials P2 and P3 over the columns of the line: the first one bends it like a bowl, the second
one like an S. Both are orthogonal to straight lines, whose fit they leave as it is.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Flags, Indices, Reals

Bow: TypeAlias = tuple[float, float]  # of P2 and P3, in rows: P2 > 0 lowers both ends, P3 > 0 the right one

STRAIGHT: Bow = (0.0, 0.0)

_MIN_ASPECT = 8.0  # width of a line over its thickness; shorter ones bend by less than their letters vary
_MIN_BOW = 0.25  # of the thickness: what writers do on straight paper
_MIN_DETERMINANT = 1e-6  # of the product of its diagonal: less, and a few columns have to tell two bows apart
_MAX_REST = 0.5  # of the squared distances from the straight line, that a bow may leave
_MIN_LINES = 4  # wide ones, which tell whether the paper is bent: of fewer, all may be by chance
_MIN_AGREEING = 0.8  # of the wide lines of a page that bend the same way, if its paper is bent
_MIN_COMMON_BOW = 0.1  # of the thickness of the median line: what many lines share is seen sooner


def bow_at(
    columns: npt.ArrayLike, x1: npt.ArrayLike, x2: npt.ArrayLike, bow: tuple[npt.ArrayLike, npt.ArrayLike]
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
    center, half = np.add(x1, x2) / 2, np.maximum(np.subtract(x2, x1), 1) / 2
    place = (np.asarray(columns) - center) / half
    inside = np.clip(place, -1, 1)
    beside = place - inside  # the slopes of P2 and P3 at the ends are 3 and 6
    second = (3 * inside**2 - 1) / 2 + 3 * np.abs(beside)
    third = (5 * inside**3 - 3 * inside) / 2 + 6 * beside
    return np.asarray(np.multiply(bow[0], second) + np.multiply(bow[1], third), np.float64)


def fit_bows(region: Indices, places: Reals, distances: Reals, thickness: Reals, widths: Reals) -> Reals:
    """Return the bow of each region of a map, (count, 2); zeros for those that are as good as straight.

    Lines that bend too little to tell that alone are bent as their page is, if most of its lines agree.

    Args:
        region: (N,) region of each column, ascending from 0 to count - 1.
        places: (N,) where the column lies in its region, from -1 at its left end to 1 at its right end.
        distances: (N,) rows from the straight line of the region to its middle in this column.
        thickness: (count,) of the regions.
        widths: (count,) of the regions.
    """
    count = len(thickness)
    shapes = (3 * places**2 - 1) / 2, (5 * places**3 - 3 * places) / 2

    def sums(values: Reals) -> Reals:
        """Return the sum of the values (N,) of each region, (count,)."""
        return np.asarray(np.bincount(region, values, minlength=count), np.float64)

    # Least squares: the normal equations of two unknowns, solved by Cramer's rule for all regions at once.
    second, third = sums(shapes[0] ** 2), sums(shapes[1] ** 2)
    both = sums(shapes[0] * shapes[1])
    along_second, along_third = sums(shapes[0] * distances), sums(shapes[1] * distances)
    determinant = second * third - both**2
    usable = determinant > _MIN_DETERMINANT * second * third
    safe = np.where(usable, determinant, 1.0)
    bowl, twist = third * along_second - both * along_third, second * along_third - both * along_second
    bows = np.stack((bowl / safe, twist / safe), axis=1)
    squares = sums(distances**2)
    rest = squares - bows[:, 0] * along_second - bows[:, 1] * along_third
    columns = np.bincount(region, minlength=count)
    bent = usable & (columns >= _MIN_ASPECT * thickness) & (rest <= _MAX_REST * squares)
    bent &= np.abs(bows).sum(axis=1) >= _MIN_BOW * thickness
    common = _common_bowls(bows[:, 0], widths, thickness, usable & (widths >= _MIN_ASPECT * thickness))
    # By which the squared distances shrink: of a line that runs otherwise they would grow.
    gain = 2 * common * along_second - common**2 * second
    shared = ~bent & (gain > 0)
    bows[shared] = np.stack((common, np.zeros(count)), axis=1)[shared]
    return np.asarray(np.where((bent | shared)[:, None], bows, 0.0))


def _common_bowls(bowls: Reals, widths: Reals, thickness: Reals, wide: Flags) -> Reals:
    """Return the P2 of each region if it bends as its page does, (count,); zeros for a page that is flat.

    Args:
        bowls: (count,) P2 of each region alone.
        widths: (count,) of the regions.
        thickness: (count,) of the regions.
        wide: (count,) whether it is wide enough to tell.
    """
    none = np.zeros(len(bowls))
    if np.count_nonzero(wide) < _MIN_LINES:
        return none
    bends = bowls / widths**2  # which does not depend on how long a line is
    bend = float(np.median(bends[wide]))
    agreeing = np.count_nonzero(np.sign(bends[wide]) == np.sign(bend)) / np.count_nonzero(wide)
    common = bend * widths**2
    if agreeing < _MIN_AGREEING or np.median(np.abs(common[wide]) / thickness[wide]) < _MIN_COMMON_BOW:
        return none
    return np.asarray(np.where(wide, common, 0.0))
