import numpy as np
import pytest

from text_recognizer.datasets.iam_online.stroke_plausibility import implausible_lines
from text_recognizer.datasets.iam_online.texts import OnlineLine
from text_recognizer.tests.datasets import toy_ink
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

VOCABULARY = Vocabulary(LINE_CHARACTERS)
TEXT = "thirty characters in every row"


def forms(number: int) -> list[OnlineLine]:
    return [OnlineLine(f"a01-{form:03d}-{i:02d}", TEXT, "") for form in range(number) for i in range(6)]


def test_far_too_little_and_far_too_much_ink_is_found() -> None:
    lines = forms(4)
    points = {line.id: toy_ink.points(len(TEXT)) for line in lines}
    points[lines[2].id] = toy_ink.points(len(TEXT) * 2 // 3)
    points[lines[15].id] = toy_ink.points(len(TEXT) * 2)
    points[lines[20].id] = toy_ink.points(len(TEXT) - 3)
    assert implausible_lines(lines, points, VOCABULARY) == [lines[2].id, lines[15].id]


def test_small_and_large_hands_are_all_right() -> None:
    lines = forms(4)
    points = {}
    for line in lines:
        points[line.id] = toy_ink.points(len(TEXT))
        points[line.id][:, :2] *= 1 + int(line.form[-1])
    assert implausible_lines(lines, points, VOCABULARY) == []


@pytest.mark.slow
def test_what_a_character_takes_is_learnt() -> None:
    rng = np.random.default_rng(0)
    texts = [
        "".join(rng.permutation(list("mmmmmmm" * a + "iiiiiii" * (6 - a)))) for a in rng.integers(1, 6, 200)
    ]
    lines = [OnlineLine(f"a01-{i // 10:03d}-{i % 10}", text, "") for i, text in enumerate(texts)]
    points = {line.id: toy_ink.points(line.text.count("m") + line.text.count("i") // 3) for line in lines}
    assert implausible_lines(lines, points, VOCABULARY) == []
    points[lines[7].id] = toy_ink.points(points[lines[7].id].shape[0] // 20 // 2)
    assert implausible_lines(lines, points, VOCABULARY) == [lines[7].id]


def test_no_lines() -> None:
    assert implausible_lines([], {}, VOCABULARY) == []
