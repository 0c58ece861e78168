import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.preprocessing.writing import without_specks
from text_recognizer.tests.preprocessing.test_paper_rules import writing

pytestmark = pytest.mark.slow


def lattice(
    shape: tuple[int, int], step: int, side: int, isometric: bool = False, slope: float = 0.0
) -> InkMap:
    """Return ink of dots of `side` pixels in a square or an isometric lattice."""
    ink = np.zeros(shape, np.float32)
    rows = np.arange(8, shape[0] - side, step * (np.sqrt(3) / 2 if isometric else 1))
    for number, row in enumerate(rows):
        for column in np.arange(8 + (number % 2) * step / 2 * isometric, shape[1] - side, step):
            y, x = round(float(row + slope * column)), round(float(column))
            ink[max(0, y) : max(0, y + side), x : x + side] = 0.7
    return ink


@pytest.mark.parametrize("side", [1, 3, 6])
@pytest.mark.parametrize("step", [24, 37, 70])
@pytest.mark.parametrize("isometric", [False, True])
@pytest.mark.parametrize("slope", [0.0, 0.02])
def test_dots_go_and_strokes_stay(side: int, step: int, isometric: bool, slope: float) -> None:
    ink = writing((700, 900), 8)
    dots = lattice(ink.shape, step, side, isometric, slope)
    cleaned = without_specks(np.maximum(ink, dots)).ink
    near_strokes = np.zeros(ink.shape, bool)
    for dy in range(-8, 9, 2):
        for dx in range(-8, 9, 2):
            near_strokes |= np.roll(ink, (dy, dx), (0, 1)) > 0
    alone = (dots > 0) & ~near_strokes
    assert (cleaned[alone] > 0).mean() < 0.05  # dots at the edge of the page have few neighbours
    assert (cleaned[ink > 0.5] > 0.5).all()


def test_dots_of_letters_stay() -> None:
    rng = np.random.default_rng(2)
    ink = writing()
    for y, x in zip(rng.integers(0, 390, 60), rng.integers(0, 890, 60), strict=True):
        ink[y : y + 3, x : x + 3] = 1
    assert without_specks(ink).ink is ink


@pytest.mark.parametrize("shape", [(1, 1), (40, 3000), (300, 300)])
def test_a_blank_page_is_returned_itself(shape: tuple[int, int]) -> None:
    ink = np.zeros(shape, np.float32)
    assert without_specks(ink).ink is ink


def test_noise_is_not_looked_at_dot_by_dot() -> None:
    ink = np.zeros((1500, 1500), np.float32)
    ink[:, ::2] = 1  # more runs than a page of writing has
    assert without_specks(ink).ink is ink
