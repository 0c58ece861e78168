import numpy as np
import pytest

from text_recognizer.arrays import IndexMap
from text_recognizer.layout import fitting
from text_recognizer.layout.fitting import fit_all


def band(slope: float, left: int = 20, right: int = 280) -> IndexMap:
    """Return a map with one region of 12 rows whose middle passes through row 60 of column 150."""
    rows, columns = np.mgrid[0:120, 0:300]
    inside = np.abs(rows - 60 - slope * (columns - 150)) < 6
    return np.where(inside & (columns >= left) & (columns < right), 0, -1).astype(np.int32)


@pytest.mark.parametrize("slope", [-0.15, 0.0, 0.1])
def test_slope_middle_and_thickness_are_measured(slope: float) -> None:
    (fit,) = fit_all(band(slope), 1)
    assert fit.slope == pytest.approx(slope, abs=0.01)
    assert fit.middle_at(150) == pytest.approx(60, abs=1)
    assert fit.thickness == pytest.approx(12, abs=1)
    assert (fit.above, fit.below) == pytest.approx((6, 6), abs=1.5)
    assert (fit.box[0], fit.box[2]) == (20, 280)


def test_a_short_region_is_hardly_sloped() -> None:
    wide, short = (fit_all(band(0.15, 150 - half, 150 + half), 1)[0] for half in (100, 8))
    assert wide.slope == pytest.approx(0.15, abs=0.01)
    assert abs(short.slope) < 0.08


def test_a_few_columns_that_reach_out_do_not_stretch_the_box() -> None:
    regions = band(0.0)
    regions[10:60, 100:105] = 0  # an ascender
    (fit,) = fit_all(regions, 1)
    assert fit.box == (20, 55, 280, 66)
    assert fit.above == pytest.approx(5.5, abs=1)


def test_every_region_has_its_own_fit() -> None:
    regions = np.full((40, 100), -1, np.int32)
    regions[5:10, 10:50], regions[20:35, 30:90] = 1, 0
    assert [fit.box for fit in fit_all(regions, 2)] == [(30, 20, 90, 35), (10, 5, 50, 10)]
    assert fit_all(np.full((4, 4), -1, np.int32), 0) == []


def test_percentiles_are_those_of_numpy_to_the_last_bit() -> None:
    rng = np.random.default_rng(0)
    sizes = np.array([*range(1, 40), 500])
    region = np.repeat(np.arange(len(sizes)), sizes)
    for values in (rng.integers(0, 50, len(region)), rng.random(len(region))):
        for percent in (5, 90, 95):
            expected = [np.percentile(values[region == number], percent) for number in range(len(sizes))]
            assert fitting._percentiles(values, region, sizes, percent).tolist() == expected
