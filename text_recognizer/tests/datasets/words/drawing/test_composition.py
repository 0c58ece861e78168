import numpy as np

from text_recognizer.datasets.words.drawing.composition import add_neighbours, add_rule, compose
from text_recognizer.datasets.words.drawing.fonts import WordFont


def test_a_word_fills_its_box(font: WordFont) -> None:
    word = compose("Harbour", font)
    assert word.box == (0, 0, word.ink.shape[1], word.ink.shape[0])
    for edge in (word.ink[0], word.ink[-1], word.ink[:, 0], word.ink[:, -1]):
        assert edge.any()
    assert compose("pH", font).ink.shape[0] > compose("H", font).ink.shape[0], "p reaches below the base line"


def test_spacing_moves_letters_apart(font: WordFont) -> None:
    tight, wide = compose("lilt", font, -3), compose("lilt", font, 12)
    normal = compose("lilt", font)
    assert wide.ink.shape[1] == normal.ink.shape[1] + 36
    assert tight.ink.shape[1] < normal.ink.shape[1]


def test_neighbours_stay_outside_the_box(font: WordFont) -> None:
    word, other = compose("word", font), compose("NEXT", font)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        left, top, right, bottom = (both := add_neighbours(word, [other] * 4, rng)).box
        np.testing.assert_array_equal(both.ink[top:bottom, left:right], word.ink)
        outside = both.ink.copy()
        outside[top:bottom, left:right] = 0
        assert outside.any()


def test_rules_and_frames_leave_the_word_readable(font: WordFont) -> None:
    word = compose("word", font)
    for seed in range(20):
        left, top, right, bottom = (ruled := add_rule(word, np.random.default_rng(seed))).box
        np.testing.assert_array_equal(ruled.ink[top:bottom, left:right], word.ink)
        assert ruled.ink[bottom:].any()
