import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.layout.letter_size import letter_height


def letters(height: int, shape: tuple[int, int], count: int = 200) -> InkMap:
    """Return ink with rows of letters, boxes of one height, that do not touch."""
    ink = np.zeros(shape, np.float32)
    columns = max(1, (shape[1] - 20) // (2 * height))
    for index in range(count):
        row, column = divmod(index, columns)
        top, left = 10 + 2 * height * row, 10 + 2 * height * column
        ink[top : top + height, left : left + height] = 1
    return ink


@pytest.mark.parametrize("height", [6, 20, 90])
def test_letters_are_measured(height: int) -> None:
    assert letter_height(letters(height, (1000, 700), 12)) == pytest.approx(height, abs=1)


@pytest.mark.parametrize("shape", [(3500, 2500), (6000, 500)])
def test_large_pages_are_measured_in_their_own_pixels(shape: tuple[int, int]) -> None:
    assert letter_height(letters(40, shape)) == pytest.approx(40, rel=0.15)


def test_rules_frames_and_specks_are_no_letters() -> None:
    ink = letters(24, (1000, 800), 10)
    ink[500::40, :] = 1  # rules
    ink[[0, -1]] = ink[:, [0, -1]] = 1  # a frame
    ink[np.random.default_rng(0).integers(120, 480, 300), np.arange(300) * 2 + 50] = 1  # specks
    assert letter_height(ink) == pytest.approx(24, abs=2)


@pytest.mark.parametrize("shape", [(1, 1), (40, 3000), (300, 300)])
def test_an_empty_page_has_no_letters(shape: tuple[int, int]) -> None:
    assert letter_height(np.zeros(shape, np.float32)) == 0
