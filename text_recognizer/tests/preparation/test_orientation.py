"""A page is turned where that makes it clearly more legible."""

import numpy as np
import pytest

from text_recognizer.geometry import Region
from text_recognizer.layout.lines import PageLayout, TextLine
from text_recognizer.preparation.orientation import (
    best_turn,
    legibility,
    may_lie_sideways,
    sampled_lines,
    turned,
    upside_down,
)


def test_sure_labels_are_more_legible_than_doubtful_ones() -> None:
    sure = np.full((12, 5), -8.0, np.float32)
    sure[:, 2] = 0
    doubtful = np.full((12, 5), -1.0, np.float32)
    doubtful[:, 2] = 0
    assert -0.01 < legibility([sure]) <= 0
    assert legibility([doubtful]) < legibility([sure, doubtful]) < legibility([sure])


def test_blanks_and_a_few_characters_say_nothing() -> None:
    blank = np.zeros((50, 5), np.float32)
    blank[:, 0] = 9
    few = np.zeros((3, 5), np.float32)
    few[:, 1] = 9
    assert legibility([blank, few]) == legibility([]) < -5


def test_a_page_is_turned_only_if_that_clearly_helps() -> None:
    assert best_turn({0: -0.4, 2: -0.1, 1: -0.9}, 0.7) == 2
    assert best_turn({0: -0.15, 2: -0.1}, 0.7) == 0
    assert best_turn({0: -9.0, 2: -0.8}, 0.3) == 0  # not legible either


def test_a_few_characters_that_are_read_surely_are_not_turned() -> None:
    assert best_turn({0: -9.0, 1: -0.3, 2: -9.0, 3: -0.6}, 0.8) == 0
    assert best_turn({0: -9.0, 1: -0.3, 2: -9.0, 3: -0.6}, 0.3) == 1


def test_small_print_that_may_lie_otherwise_does_not_decide() -> None:
    places = [(20, 900, 12), (40, 900, 12), (100, 700, 40), (160, 300, 40), (220, 650, 40)]
    lines = [TextLine(Region(0, y, x, y + h), 0.0, y + h / 2, h / 2, h / 2) for y, x, h in places]
    nowhere = np.full((8, 8), -1, np.int32)
    layout = PageLayout(tuple(lines), np.zeros((8, 8), np.uint8), nowhere, 0.5)
    assert sorted(sampled_lines(layout)) == [2, 4]


@pytest.mark.parametrize(
    ("confidence", "upright_gain", "expected"),
    [(0.3, 0.4, True), (0.8, 2.5, True), (0.8, 1.2, False)],
)
def test_illegible_pages_and_those_with_sharp_columns_may_lie_sideways(
    confidence: float, upright_gain: float, expected: bool
) -> None:
    assert may_lie_sideways(confidence, upright_gain) == expected


def test_a_page_is_turned_clockwise() -> None:
    page = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(turned(page, 1), [[3, 0], [4, 1], [5, 2]])


def test_lines_are_turned_by_half_a_turn() -> None:
    line = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(upside_down([line])[0], [[5, 4, 3], [2, 1, 0]])
