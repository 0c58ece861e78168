"""Pages of blocks for letters, a first look that misses some rows, and a perfect second one."""

import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.geometry import Region
from text_recognizer.layout.kernels import kernel_map
from text_recognizer.layout.lines import PageLayout, TextLine, find_lines
from text_recognizer.layout.missed import second_look as missed
from text_recognizer.layout.missed.second_look import FreeInk, free_ink, with_missed
from text_recognizer.tests.layout.label_maps import find_lines as find_drawn
from text_recognizer.tests.layout.label_maps import page

SHAPE = (400, 600)
LARGE = (40, 200, 560, 240), (40, 280, 560, 320)  # lines of large letters, which the first look finds


def write(ink: InkMap, box: tuple[int, int, int, int], step: int = 0) -> None:
    """Fill a box (x1, y1, x2, y2) with letters that are two thirds as wide as high."""
    x1, y1, x2, y2 = box
    for x in range(x1, x2, step or y2 - y1):
        ink[y1:y2, x : min(x2, x + 2 * (y2 - y1) // 3)] = 1


def drawn(*boxes: tuple[int, int, int, int]) -> InkMap:
    ink = np.zeros(SHAPE, np.float32)
    for box in boxes:
        write(ink, box)
    return ink


def first_look(*boxes: tuple[int, int, int, int]) -> PageLayout:
    return find_drawn(page(*boxes, shape=SHAPE), 1.0, SHAPE)


def second_look(free: FreeInk, scale: float = 1.0) -> PageLayout:
    """Find the rows of free ink that are at least 100 columns wide."""
    ink = free.ink[:: round(1 / scale), :: round(1 / scale)]
    inked = (ink > 0.3).any(axis=1)
    labels = np.zeros(ink.shape, np.uint8)
    for row in np.flatnonzero(inked):
        (columns,) = np.nonzero(ink[row] > 0.3)
        labels[row, columns[0] : columns[-1] + 1] = 1
    return find_lines(kernel_map(labels), scale, (free.ink.shape[0], free.ink.shape[1]))


def boxes(layout: PageLayout) -> list[tuple[int, int, int, int]]:
    return [(region.x1, region.y1, region.x2, region.y2) for region in layout.regions]


def test_nothing_is_looked_at_again_where_all_ink_belongs_to_lines() -> None:
    assert free_ink(drawn(*LARGE), first_look(*LARGE)) is None
    assert free_ink(drawn(*LARGE), first_look()) is None, "without lines there is nothing to add to"


@pytest.mark.parametrize(
    "mark",
    [
        (100, 100, 300, 103),  # a rule
        (100, 100, 130, 120),  # one letter or two
    ],
)
def test_marks_are_no_text(mark: tuple[int, int, int, int]) -> None:
    ink = drawn(*LARGE)
    x1, y1, x2, y2 = mark
    ink[y1:y2, x1:x2] = 1
    assert free_ink(ink, first_look(*LARGE)) is None


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_small_letters_above_large_ones_are_found_by_the_second_look(scale: float) -> None:
    small = (40, 40, 400, 56), (40, 80, 300, 96)
    ink, layout = drawn(*LARGE, *small), first_look(*LARGE)
    free = free_ink(ink, layout)
    assert free is not None
    assert len(free.ink) < 150, "rows without words are left out"
    joined = with_missed(layout, free, second_look(free, scale))
    np.testing.assert_allclose(boxes(joined), [*small, *LARGE], atol=8)
    for index, (x1, y1, x2, y2) in enumerate([*small, *LARGE]):
        assert joined.owners[(y1 + y2) // 2, (x1 + x2) // 2] == index
        assert joined.labels[(y1 + y2) // 2, (x1 + x2) // 2] == 1 + index % 2
    assert joined.owners[150, 300] == -1


def test_a_line_of_which_the_first_look_saw_a_part_is_read_whole() -> None:
    whole = (40, 40, 400, 56)
    layout = first_look((40, 40, 120, 56), *LARGE)
    free = free_ink(drawn(*LARGE, whole), layout)
    assert free is not None
    np.testing.assert_allclose(boxes(with_missed(layout, free, second_look(free))), [whole, *LARGE], atol=8)


def test_a_part_stays_if_the_second_look_finds_nothing() -> None:
    part = (40, 40, 120, 56)
    layout = first_look(part, *LARGE)
    free = free_ink(drawn(*LARGE, (40, 40, 400, 56)), layout)
    assert free is not None
    nothing = find_lines(np.zeros(free.ink.shape, np.uint8), 1.0, (free.ink.shape[0], free.ink.shape[1]))
    np.testing.assert_allclose(boxes(with_missed(layout, free, nothing)), [part, *LARGE], atol=8)


def test_lines_of_the_second_look_without_letters_are_left_out() -> None:
    words, layout = (40, 40, 400, 56), first_look(*LARGE)
    ink = drawn(*LARGE, words)
    ink[45:50, 450:590] = 1  # a dash beside the words
    free = free_ink(ink, layout)
    assert free is not None
    labels = np.zeros(free.ink.shape, np.uint8)
    top = int(np.flatnonzero(free.rows == 40)[0])
    labels[top : top + 16, 40:400] = 1
    labels[top : top + 16, 450:590] = 1
    found = find_lines(kernel_map(labels), 1.0, (free.ink.shape[0], free.ink.shape[1]))
    assert len(found.lines) == 2
    np.testing.assert_allclose(boxes(with_missed(layout, free, found)), [words, *LARGE], atol=8)


def test_words_that_join_lines_leave_nothing_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    ink, layout = drawn(*LARGE, (40, 40, 400, 56)), first_look(*LARGE)
    found = iter(
        [np.array([[40, 40, 60, 56]]), np.zeros((0, 4), np.int64)]
    )  # no word is left once lines go on
    monkeypatch.setattr(missed, "_words", lambda *_: next(found))
    assert free_ink(ink, layout) is None


def lines_at(*tops: int) -> list[TextLine]:
    return [TextLine(Region(0, top, 400, top + 20), 0.0, top + 10.0, 10.0, 10.0) for top in tops]


def test_lines_are_compared_with_those_nearby_alone() -> None:
    lines = lines_at(*range(0, 20_000, 40))  # each with each would be a quarter of a million pairs
    near = [missed._level(line, missed._rows_of(lines)) for line in lines]
    assert max(map(len, near)) <= 5
    assert all(index in each for index, each in enumerate(near))


@pytest.mark.parametrize("down", range(0, 45, 5))
def test_a_line_that_covers_another_is_nearby(down: int) -> None:
    line, other = lines_at(100, 100 + down)
    near = missed._level(line, missed._rows_of([other]))
    assert len(near) == 1 or not missed._covers(other, line)
    assert missed._covers(other, line) == (down < 10)
