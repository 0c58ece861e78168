from collections.abc import Sequence

import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.layout.kernels import kernel_map
from text_recognizer.layout.lines import PageLayout, find_lines
from text_recognizer.side_notes.finding import find_notes, without
from text_recognizer.tests.side_notes.pages import ink_of, text_page, with_note


def one_line(ink: InkMap) -> PageLayout:
    """Return the layout of an ink map (h, w) whose ink is one line."""
    labels = np.zeros(ink.shape, np.uint8)
    rows, columns = (np.flatnonzero((ink > 0.3).any(axis=axis)) for axis in (1, 0))
    labels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = 1
    return find_lines(kernel_map(labels), 1.0, ink.shape)


def upright(lines: Sequence[InkMap]) -> float:
    """Return a high legibility for lines (h, w) that begin with more ink than they end with: s, and not r."""
    (line,) = lines
    columns = np.flatnonzero((line > 0.3).any(axis=0))
    first = line[:, columns[0] : columns[0] + 11]
    return -0.1 if first.sum() > line[:, columns[-1] - 10 : columns[-1] + 1].sum() else -0.4


@pytest.mark.parametrize("x", [50, 770])
@pytest.mark.parametrize("upwards", [True, False])
def test_a_note_is_turned_and_its_points_lie_on_the_page(upwards: bool, x: int) -> None:
    ink = ink_of(with_note(text_page(), upwards, x, 100))
    before = ink.copy()
    (note,) = find_notes(ink, one_line, lambda lines: -0.1 if len(lines[0]) < 60 else -9)
    rest = without(ink, [note])
    assert np.array_equal(ink, before)
    assert rest.sum() == pytest.approx(ink_of(text_page()).sum(), rel=0.001)
    y, columns = np.nonzero(note.ink > 0.5)
    points = note.to_page(np.stack((columns + 0.5, y + 0.5), axis=1)).astype(int)
    assert (ink[points[:, 1], points[:, 0]] > 0.5).all()
    assert (note.ink > 0.5).sum() == ((ink - rest) > 0.5).sum()


@pytest.mark.parametrize(("upwards", "quarters"), [(True, 1), (False, 3)])
def test_the_more_legible_direction_is_taken(upwards: bool, quarters: int) -> None:
    ink = ink_of(with_note(text_page(), upwards, 50, 100))
    (note,) = find_notes(ink, one_line, upright)
    assert note.quarters == quarters


def test_what_is_legible_in_no_direction_stays_on_the_page() -> None:
    ink = ink_of(with_note(text_page(), True, 50, 100))
    assert find_notes(ink, one_line, lambda _: -0.8) == []
    nothing = find_lines(kernel_map(np.zeros((9, 9), np.uint8)), 1.0, (9, 9))
    assert find_notes(ink, lambda _: nothing, lambda _: 0.0) == []
    assert without(ink, []) is ink


def test_words_at_which_lines_begin_are_no_note() -> None:
    def level_or_turned(ink: InkMap) -> PageLayout:
        """Return a line if an ink map (h, w) is wide, else words below each other."""
        if ink.shape[1] > len(ink):
            return one_line(ink)
        labels = np.zeros(ink.shape, np.uint8)
        for number, row in enumerate(range(20, len(ink) - 40, 40)):
            labels[row : row + 20, 8:-8] = 1 + number % 2
        return find_lines(kernel_map(labels), 1.0, ink.shape)

    ink = ink_of(with_note(text_page(), True, 50, 100))
    assert find_notes(ink, level_or_turned, lambda _: -0.2) == []
    assert len(find_notes(ink, level_or_turned, lambda lines: -0.1 if len(lines) == 1 else -2.0)) == 1
