"""Bands that bend, and those of outlines that people have drawn."""

import math

import numpy as np
import pytest

from text_recognizer.datasets.pages.curved_bands import CurvedBand, band_around
from text_recognizer.geometry import Points, Region


def bow(x: float) -> float:
    return 100 + 20 * math.sin(math.pi * (x - 50) / 400)


def outline(above: float, below: float) -> tuple[Points, Points]:
    """The polygon and the baseline of a line of 400 columns that bends."""
    columns = range(50, 451, 10)
    upper = [(x, round(bow(x) - above)) for x in columns]
    lower = [(x, round(bow(x) + below)) for x in reversed(columns)]
    return tuple(upper + lower), tuple((x, round(bow(x))) for x in columns)


@pytest.mark.parametrize("with_baseline", [True, False])
def test_a_band_follows_a_line_that_bends(with_baseline: bool) -> None:
    polygon, baseline = outline(24, 8)
    band = band_around(polygon, baseline if with_baseline else ())
    assert band is not None
    assert (band.x1, band.x2) == (50, 450)
    for x in (60.0, 250.0, 440.0):
        tops, bottoms = band.edges(np.array([x]))
        assert tops[0] == pytest.approx(bow(x) - 24, abs=3)
        assert bottoms[0] == pytest.approx(bow(x) + 8, abs=3)


def test_one_swash_does_not_make_a_line_higher() -> None:
    polygon = ((0, 20), (180, 20), (185, 0), (190, 20), (400, 20), (400, 50), (0, 50))
    band = band_around(polygon, ((0, 40), (400, 40)))
    assert band is not None
    tops, bottoms = band.edges(np.array([10.0, 200.0]))
    np.testing.assert_allclose(tops, 20, atol=1)
    np.testing.assert_allclose(bottoms, 50, atol=1)


@pytest.mark.parametrize(
    ("polygon", "baseline"),
    [
        ((), ()),
        (((5, 5), (9, 9)), ()),
        (((5, 5), (6, 5), (6, 40)), ()),  # a column wide
        (Region(5, 5, 300, 6).corners, ()),  # a row high
        (Region(5, 5, 30, 300).corners, ((15, 5), (20, 300))),  # written upwards
    ],
)
def test_what_is_no_level_line_has_no_band(polygon: Points, baseline: Points) -> None:
    assert band_around(polygon, baseline) is None


def test_a_band_goes_where_its_points_go() -> None:
    band = CurvedBand.level(100, 300, 40, 60).mapped(lambda points: 2 * points + np.array([10, 5]))
    assert (band.x1, band.x2) == (210, 610)
    tops, bottoms = band.edges(np.array([400.0]))
    assert (tops[0], bottoms[0]) == (85, 125)
