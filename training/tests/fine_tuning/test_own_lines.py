import math
from pathlib import Path

import pytest

from text_recognizer.models import LineModelCtc
from text_recognizer.networks import line_conv_ctc
from text_recognizer.tests.datasets.toy_words import write_labelled
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.fine_tuning.own_lines import expect_new_characters, new_characters


def test_characters_are_added_that_look_like_known_ones_or_occur_in_several_lines(tmp_path: Path) -> None:
    texts = ["caf\u00e9", "one \u4e2d", "two \u4e2d", "a slip: \u1405", "plain"]
    write_labelled(tmp_path, {f"{number}.png": text for number, text in enumerate(texts)})
    assert new_characters([str(tmp_path)], LINE_CHARACTERS) == "\u00e9\u4e2d"


def test_new_characters_start_as_likely_as_they_are_in_the_lines() -> None:
    vocabulary = LINE_CHARACTERS + "\u00e9\u00f1\u4e2d"
    network = line_conv_ctc(
        (32, None, 1), (None, 1 + len(vocabulary)), 2, (2, 2, 2, 2), 1, block_width=2, num_blocks=1
    )
    model = LineModelCtc(network, vocabulary=vocabulary)
    before = network.layers[-1].get_weights()[1]
    expect_new_characters(model, "\u00e9\u00f1\u4e2d", ["\u00e9eeeeee", "\u00f1\u00f1\u00f1"])
    bias = network.layers[-1].get_weights()[1]
    place = {character: 1 + index for index, character in enumerate(vocabulary)}
    assert bias[place["\u00e9"]] - bias[place["e"]] == pytest.approx(math.log(2 / 7))
    assert bias[place["\u00f1"]] - bias[place["n"]] == pytest.approx(-0.5)
    known = [place[character] for character in LINE_CHARACTERS + "\u4e2d"]
    assert (bias[known] == before[known]).all()
