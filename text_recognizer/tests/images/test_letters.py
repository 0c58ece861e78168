import numpy as np

from text_recognizer.images.letters import neighbours


def test_letters_of_a_word_stand_beside_each_other_and_not_beside_those_of_other_lines() -> None:
    word = [(x, 0, x + 8, 10) for x in (0, 10, 20)]
    below, apart = (0, 30, 8, 40), (200, 0, 208, 10)
    beside = neighbours(np.array([*word, below, apart]))
    assert beside[:3, :3].all()
    assert beside.sum() == 9 + 2  # and each of the others beside itself


def test_a_dot_stands_beside_a_letter_but_the_letter_is_too_large_for_it() -> None:
    letter, dot = (0, 0, 20, 40), (50, 16, 54, 20)
    beside = neighbours(np.array([letter, dot]))
    assert beside[1, 0]  # in the heights of the letter
    assert not beside[0, 1]


def test_no_letters_have_no_neighbours() -> None:
    assert neighbours(np.zeros((0, 4), np.int64)).shape == (0, 0)
