import numpy as np
import pytest

from text_recognizer.datasets.iam.texts import HeldOut
from training.language_model import texts as language_model_texts
from training.language_model.texts import broken_into_lines, training_lines

PAGE = ['He said: "The life-peers will', "come to-morrow, all of them.", "Yes."]


def test_text_is_broken_between_words_into_lines_of_the_wanted_lengths() -> None:
    sentences = ["one two three four five six seven", "eight nine ten.", "incomprehensibilities"]
    lines = broken_into_lines(sentences, [9, 14], np.random.default_rng(0))
    assert " ".join(lines) == " ".join(sentences)
    assert all(len(line) <= 14 for line in lines[:-1])
    assert lines[-1] == "incomprehensibilities"  # a longer word stands alone
    assert broken_into_lines([], [9], np.random.default_rng(0)) == []


def test_training_lines_come_without_overlaps_and_are_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
) -> None:
    path = tmp_path / "lines.tsv"  # type: ignore[operator]
    rows = ["line_id\ttext\tpath", "x-01\tYes .\tx", "x-02\tIt is so\tx", "x-03\t50 %\tx"]
    path.write_text("\n".join(rows))
    monkeypatch.setattr(language_model_texts, "locate", lambda *names: path)
    brown = ["He went.", "Will the life peers will come?"]
    monkeypatch.setattr(language_model_texts, "read_brown", lambda part: brown if part == "train" else [])
    lines, counts = training_lines(["No.", "All of it"], HeldOut([PAGE]), 0)
    assert sorted(lines) == ["All of it", "He went.", "It is so", "No."]
    assert counts["brown"] == {"texts": 1, "characters": 8, "dropped_overlap": 1, "dropped_characters": 0}
    assert counts["iam_ondb"] == {"texts": 1, "characters": 8, "dropped_overlap": 1, "dropped_characters": 1}
    assert counts["iam"]["dropped_overlap"] == 0
