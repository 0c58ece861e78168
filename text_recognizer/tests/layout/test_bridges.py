"""Bridges between lines: where they are cut, and how the lines go on through them."""

import numpy as np
import pytest

from text_recognizer.arrays import IndexMap, Mask
from text_recognizer.images.components import connected_components
from text_recognizer.layout.bridges import along_each_other, cut_bridges, grow_into_bridges
from text_recognizer.layout.fitting import fit_all


def sloping(slope: float, lines: int = 3) -> Mask:
    """Return kernels of 8 rows, 40 apart, that rise or fall; (200, 400)."""
    kernels = np.zeros((200, 400), np.bool_)
    for line in range(lines):
        fill(kernels, slope, line, (20, 380), 8)
    return kernels


def fill(kernels: Mask, slope: float, line: int, columns: tuple[int, int], height: int) -> None:
    """Fill rows from the top of a line on in some columns of kernels (h, w), in place."""
    for column in range(*columns):
        top = 50 + 40 * line + round(slope * (column - 200))
        kernels[top : top + height, column] = True


def test_a_digit_beside_lines_is_no_region_of_several_lines() -> None:
    kernels = sloping(0.0)
    kernels[120:122, 386:396] = kernels[126:128, 386:396] = True  # thinner than the lines, as a lone 7
    kernels[120:128, 394:396] = True
    cut = cut_bridges(connected_components(kernels))
    assert not cut.bridges.any()


def test_regions_of_one_line_stay_whole() -> None:
    kernels = sloping(0.1, lines=1)
    kernels[40:90, 200:204] = True  # a tall letter
    cut = cut_bridges(connected_components(kernels))
    assert cut.components.count == 1
    assert not cut.bridges.any()


def test_nothing_has_no_bridges() -> None:
    cut = cut_bridges(connected_components(np.zeros((20, 30), np.bool_)))
    assert cut.components.count == 0
    assert not cut.bridges.any()


@pytest.mark.parametrize("slope", [-0.1, 0.0, 0.1])
def test_lines_are_cut_apart_where_they_touch(slope: float) -> None:
    kernels = sloping(slope)
    fill(kernels, slope, 0, (190, 230), 48)  # of the first and the second line
    fill(kernels, slope, 1, (300, 310), 48)  # of the second and the third
    cut = cut_bridges(connected_components(kernels))
    assert cut.components.count == 7  # three lines, the middle one in three parts, two in two
    assert cut.bridges[70, 200]
    assert not cut.bridges[:, 100].any()


def pieces_of(kernels: Mask) -> tuple[IndexMap, Mask]:
    """Return the pieces of kernels (h, w) that are cut, and the bridges."""
    cut = cut_bridges(connected_components(kernels))
    return cut.components.paint(), cut.bridges


@pytest.mark.parametrize("slope", [-0.1, 0.0, 0.1])
def test_pieces_grow_along_their_lines(slope: float) -> None:
    kernels = sloping(slope)
    fill(kernels, slope, 0, (190, 230), 48)
    pieces, bridges = pieces_of(kernels)
    owner = pieces[54 + round(slope * -50), 150]

    grow_into_bridges(pieces, fit_all(pieces, int(pieces.max()) + 1), bridges)

    crossing = [int(pieces[54 + round(slope * (column - 200)), column]) for column in range(190, 230)]
    assert -1 not in crossing
    assert owner in crossing
    assert pieces[74, 200] == -1  # between the lines is nobody's


def test_short_pieces_are_as_steep_as_the_long_ones() -> None:
    kernels = sloping(0.2, lines=1)
    fill(kernels, 0.2, 1, (20, 60), 8)
    pieces = connected_components(kernels).paint()
    long, short = fit_all(pieces, 2)

    _, turned = along_each_other([long, short])

    assert abs(turned.slope - 0.2) < abs(short.slope - 0.2)
    assert turned.middle_at(39.5) == pytest.approx(short.middle_at(39.5))
