from pathlib import Path

from text_recognizer.tests.datasets.toy_words import write_labelled
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.fine_tuning.own_lines import new_characters


def test_characters_are_added_that_look_like_known_ones_or_occur_in_several_lines(tmp_path: Path) -> None:
    texts = ["caf\u00e9", "one \u4e2d", "two \u4e2d", "a slip: \u1405", "plain"]
    write_labelled(tmp_path, {f"{number}.png": text for number, text in enumerate(texts)})
    assert new_characters([str(tmp_path)], LINE_CHARACTERS) == "\u00e9\u4e2d"
