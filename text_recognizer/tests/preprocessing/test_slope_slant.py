"""Drawn lines with known slope and slant come out level and upright; others stay as they are."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import InkMap
from text_recognizer.preprocessing import slope_slant
from text_recognizer.preprocessing.column_map import ColumnMap
from text_recognizer.preprocessing.lines import ink_to_mapped_line
from text_recognizer.preprocessing.slope_slant import remove_slope_and_slant, slope_and_slant

BARS = (20, 50, 65, 110, 130, 180, 215, 260, 300, 330)  # first columns, where they cross the base line


def bars(slope: float = 0.0, slant: float = 0.0, scale: int = 1) -> InkMap:
    """Draw upright strokes of two heights on a base line, then lean and raise them; cut to the ink."""
    height, width = 200 * scale, 460 * scale
    rows, columns = np.mgrid[0:height, 0:width].astype(float) / scale
    level = rows - 100 - slope * (columns - 230)  # of each pixel below the base line
    upright = columns - 40 - slant * level
    ink = np.zeros((height, width), bool)
    for number, start in enumerate(BARS):
        tall = 40 if number % 3 == 0 else 22
        ink |= (upright >= start) & (upright < start + 5) & (level >= -tall) & (level < 0)
    inked_rows, inked_columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[inked_rows[0] : inked_rows[-1] + 1, inked_columns[0] : inked_columns[-1] + 1].astype(
        np.float32
    )


@pytest.mark.parametrize("slope", [-0.1, -0.03, 0.0, 0.08])
@pytest.mark.parametrize("slant", [-1.1, -0.4, 0.0, 0.3])
@pytest.mark.parametrize("scale", [1, 3])
def test_slope_and_slant_are_found(slope: float, slant: float, scale: int) -> None:
    found = slope_and_slant(bars(slope, slant, scale))
    assert found == pytest.approx((slope, slant), abs=0.1)
    assert found[0] == pytest.approx(slope, abs=0.02)


@pytest.mark.parametrize(("slope", "slant"), [(-0.08, -0.8), (0.05, 0.0), (0.0, -1.2)])
def test_line_becomes_level_and_upright(slope: float, slant: float) -> None:
    upright = remove_slope_and_slant(bars(slope, slant)).ink
    assert slope_and_slant(upright) == pytest.approx((0, 0), abs=0.1)
    assert upright.min() >= 0
    assert upright.max() <= 1
    inked = np.flatnonzero((upright > 0.5).any(axis=1))
    assert inked[-1] - inked[0] < 50  # the tall strokes have 40 rows
    ink = bars(slope, slant).sum()
    assert upright.sum() == pytest.approx(ink, rel=0.03)  # nothing is cut off


def test_a_low_line_is_enlarged_before_it_is_sheared() -> None:
    """Otherwise the edges of strokes of two pixels become jagged."""
    leaning = np.zeros((24, 80), np.float32)
    for row in range(24):
        start = 10 + (24 - row) // 2
        for stroke in range(start, start + 60, 12):
            leaning[row, stroke : stroke + 2] = 1
    line = remove_slope_and_slant(leaning)
    assert line.ink.shape[0] == 64
    assert line.columns.scale == pytest.approx(24 / 64, rel=0.01)
    strokes = np.flatnonzero(line.ink.sum(axis=0) > 32)
    assert line.columns.apply(strokes[[0, -1]]).tolist() == pytest.approx([16, 66], abs=1.5)


def test_level_upright_line_is_not_resampled() -> None:
    ink = bars()
    upright = remove_slope_and_slant(ink)
    assert upright.ink is ink
    assert upright.columns == ColumnMap()


@pytest.mark.parametrize("rows", [20, 21, 22, 23, 24, 48])
def test_small_lines_of_blobs_do_not_lean(rows: int) -> None:
    """Where a pixel is one of the small picture, shears by halves and wholes meet the grid of pixels."""
    rng = np.random.default_rng(rows)
    ink = np.zeros((rows, 500), np.float32)
    for column in rng.choice(490, 150, replace=False):
        top, side = int(rng.integers(0, rows - 5)), int(rng.integers(2, 6))
        ink[top : top + side, column : column + side] = 1
    assert abs(slope_and_slant(ink)[1]) < 0.45  # a chance that such blobs stand in slanted rows


@pytest.mark.parametrize("ink", [np.zeros((40, 300)), np.ones((1, 1)), np.ones((50, 3)), np.ones((2, 900))])
def test_what_has_no_slant_stays(ink: InkMap) -> None:
    assert slope_and_slant(ink.astype(np.float32)) == (0, 0)


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_not_sheared(seed: int) -> None:
    """Some shear always gathers noise a little better than none does; it has to be much better to count."""
    noise = np.random.default_rng(seed).random((24, 1000)) < 0.3
    assert slope_and_slant(noise.astype(np.float32)) == (0, 0)


def test_a_single_letter_keeps_its_lean() -> None:
    ink = np.eye(60, 40, dtype=np.float32)
    assert slope_and_slant(ink) == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("slant", [-1.0, -0.5, 0.4])
@pytest.mark.parametrize("scale", [1, 4])
def test_columns_are_those_at_half_the_height_of_the_image(slant: float, scale: int) -> None:
    ink = np.pad(bars(0.0, slant, scale), ((5, 9), (70, 30)))
    line, columns = ink_to_mapped_line(ink, normalize=True)
    middle = 5 + (ink.shape[0] - 14) // 2
    expected = np.flatnonzero(ink[middle] > 0.5)  # tall strokes alone reach that high
    found = columns.apply(np.flatnonzero((line[:4] > 0.3).any(axis=0)).astype(float))
    assert found.min() == pytest.approx(expected.min(), abs=5 * scale)
    assert found.max() == pytest.approx(expected.max(), abs=5 * scale)


@pytest.mark.parametrize("slant", [-1.23, -0.317, 0.117, 0.913])
def test_rows_move_as_pillow_moves_them_also_at_the_borders(slant: float) -> None:
    ink = np.random.default_rng(0).random((37, 90), np.float32)  # inked up to its borders, as lines are cut
    moved, left = slope_slant._sheared(ink, 0.0, slant)
    coefficients = (1.0, slant, left - slant * 18.5, 0.0, 1.0, 0.0)
    size = moved.shape[1], moved.shape[0]
    expected = Image.fromarray(ink).transform(
        size, Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR
    )
    np.testing.assert_allclose(moved, np.asarray(expected), atol=1e-5)
