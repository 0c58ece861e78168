import numpy as np
import pytest

from text_recognizer.preprocessing.writing import without_specks
from text_recognizer.tests.preprocessing.test_paper_rules import writing


@pytest.mark.parametrize("strength", [0.1, 0.2, 0.3])
def test_faint_strokes_beside_strong_ones_go(strength: float) -> None:
    ink = writing()
    behind = np.roll(ink[:, ::-1], 47, axis=0) * np.float32(strength)
    behind[ink > 0] = 0
    apart = (behind > 0) & (np.roll(ink, 2, 0) == 0) & (np.roll(ink, -2, 0) == 0)
    apart &= (np.roll(ink, 2, 1) == 0) & (np.roll(ink, -2, 1) == 0)

    cleaned = without_specks(np.maximum(ink, behind))

    assert (cleaned[ink > 0] == ink[ink > 0]).all()
    assert (cleaned[apart] > 0).mean() < 0.5  # what touches a stroke of this side cannot be told from it
    assert cleaned[behind > 0].sum() < 0.6 * behind.sum()


def test_faint_writing_alone_stays() -> None:
    ink = writing() * np.float32(0.3)
    assert without_specks(ink) is ink


def test_strong_writing_with_faint_parts_stays() -> None:
    ink = writing()
    ink[:200] *= np.linspace(0.2, 1, ink.shape[1], dtype=np.float32)  # a pen that runs dry
    cleaned = without_specks(ink)
    assert (cleaned[:, 250:] == ink[:, 250:]).all()


@pytest.mark.parametrize("shape", [(1, 1), (40, 3000)])
def test_a_blank_page_is_returned_itself(shape: tuple[int, int]) -> None:
    ink = np.zeros(shape, np.float32)
    assert without_specks(ink) is ink
