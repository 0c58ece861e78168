import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.preprocessing.writing import without_specks
from text_recognizer.tests.preprocessing.test_paper_rules import writing


@pytest.mark.parametrize("strength", [0.1, 0.2, 0.3])
def test_faint_strokes_beside_strong_ones_go(strength: float) -> None:
    ink = writing()
    behind = np.roll(ink[:, ::-1], 47, axis=0) * np.float32(strength)
    behind[ink > 0] = 0
    apart = (behind > 0) & (np.roll(ink, 2, 0) == 0) & (np.roll(ink, -2, 0) == 0)
    apart &= (np.roll(ink, 2, 1) == 0) & (np.roll(ink, -2, 1) == 0)

    cleaned = without_specks(np.maximum(ink, behind)).ink

    assert (cleaned[ink > 0] == ink[ink > 0]).all()
    assert (cleaned[apart] > 0).mean() < 0.5  # what touches a stroke of this side cannot be told from it
    assert cleaned[behind > 0].sum() < 0.6 * behind.sum()


def test_faint_writing_alone_stays() -> None:
    ink = writing() * np.float32(0.3)
    assert without_specks(ink).ink is ink


def test_strong_writing_with_faint_parts_stays() -> None:
    ink = writing()
    ink[:200] *= np.linspace(0.2, 1, ink.shape[1], dtype=np.float32)  # a pen that runs dry
    cleaned = without_specks(ink).ink
    assert (cleaned[:, 250:] == ink[:, 250:]).all()


@pytest.mark.parametrize("shape", [(1, 1), (40, 3000)])
def test_a_blank_page_is_returned_itself(shape: tuple[int, int]) -> None:
    ink = np.zeros(shape, np.float32)
    assert without_specks(ink).ink is ink


def line_of_letters(ink: InkMap, y: int, strength: float, step: int = 20) -> None:
    """Draw 20 letters of 16 rows, `step` columns apart."""
    for x in range(30, 30 + 20 * step, step):
        ink[y : y + 16, x : x + 10] = strength


def test_a_line_in_a_paler_pen_is_kept_apart() -> None:
    ink = np.zeros((200, 500), np.float32)
    line_of_letters(ink, 20, 1.0)
    line_of_letters(ink, 60, 0.25)
    written = without_specks(ink)
    assert written.pale is not None
    assert written.ink[60:76].max() == 0
    assert (written.pale[60:76] == ink[60:76]).all()
    assert written.pale[:60].max() == 0


def test_a_paler_pen_is_kept_apart_on_a_page_that_lies_on_its_side() -> None:
    ink = np.zeros((200, 500), np.float32)
    line_of_letters(ink, 20, 1.0)
    line_of_letters(ink, 60, 0.25)
    written, turned = (without_specks(np.ascontiguousarray(each)) for each in (ink, np.rot90(ink)))
    assert written.pale is not None
    assert turned.pale is not None
    assert (written.turned(3).ink == turned.ink).all()
    upright = turned.turned(1)
    assert upright.pale is not None
    assert (upright.pale == written.pale).all()


@pytest.mark.parametrize(
    "box",
    [
        (60, 61, 30, 400),  # a rule
        (60, 160, 0, 30),  # a shade at the border
        (60, 76, 30, 52),  # a stain
    ],
)
def test_pale_things_that_are_no_letters_are_given_up(box: tuple[int, int, int, int]) -> None:
    ink = np.zeros((200, 500), np.float32)
    line_of_letters(ink, 20, 1.0)
    y1, y2, x1, x2 = box
    ink[y1:y2, x1:x2] = 0.25
    written = without_specks(ink)
    assert written.pale is None
    assert written.ink[40:].max() == 0


def test_pale_marks_far_apart_are_no_words() -> None:
    ink = np.zeros((800, 1400), np.float32)
    line_of_letters(ink, 20, 1.0)
    for row in range(1, 8):
        line_of_letters(ink, 20 + 100 * row, 0.25, step=68)
    assert without_specks(ink).pale is None
