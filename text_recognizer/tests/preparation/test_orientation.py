"""A page is turned where that makes it clearly more legible."""

import numpy as np

from text_recognizer.preparation.orientation import best_turn, legibility, upside_down


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
    assert best_turn({0: -0.4, 2: -0.1, 1: -0.9}) == 2
    assert best_turn({0: -0.15, 2: -0.1}) == 0
    assert best_turn({0: -9.0, 2: -0.8}) == 0  # not legible either


def test_lines_are_turned_by_half_a_turn() -> None:
    line = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(upside_down([line])[0], [[5, 4, 3], [2, 1, 0]])
