import numpy as np
import pytest

from text_recognizer.datasets.iam_dataset import IamDataset
from text_recognizer.datasets.iam_form import Form, FormLine
from training import language_model_texts
from training.language_model_texts import HeldOut, broken_into_lines, iam_texts, normalised, training_lines

PAGE = ['He said: "The life-peers will', "come to-morrow, all of them.", "Yes."]


@pytest.mark.parametrize(
    "text", ["yes", "YES!", "Come to morrow, all of them", "he said the life peers will"]
)
def test_held_out_lines_are_found_whatever_their_spelling(text: str) -> None:
    assert HeldOut([PAGE]).is_line(text)


@pytest.mark.parametrize(
    ("text", "overlaps"),
    [
        ("I hear: the life peers will come.", True),  # across the end of a line
        ("and life peers will come", False),  # four words
        ("the life of peers will come to", False),
        ("Yes", True),
        ("Yes and no", False),
        ("", False),
    ],
)
def test_five_words_in_a_row_are_an_overlap(text: str, overlaps: bool) -> None:
    assert HeldOut([PAGE]).overlaps(text) == overlaps


def test_normalised_keeps_words_alone() -> None:
    assert normalised(' "It\'s  A--OK,\n(3)" ') == "its a ok 3"


def test_text_is_broken_between_words_into_lines_of_the_wanted_lengths() -> None:
    sentences = ["one two three four five six seven", "eight nine ten.", "incomprehensibilities"]
    lines = broken_into_lines(sentences, [9, 14], np.random.default_rng(0))
    assert " ".join(lines) == " ".join(sentences)
    assert all(len(line) <= 14 for line in lines[:-1])
    assert lines[-1] == "incomprehensibilities"  # a longer word stands alone
    assert broken_into_lines([], [9], np.random.default_rng(0)) == []


def dataset() -> IamDataset:
    iam = IamDataset()
    split_of_form = {"a": "train", "b": "validation", "c": "test", "d": None, "e": None}
    writers = {"a": "1", "b": "2", "c": "3", "d": "4", "e": "3"}
    for name, split in split_of_form.items():
        lines = tuple(FormLine(f"{name}-{i}", f"{name} text {i}", None, (), None) for i in range(2))
        iam.forms[name] = Form(name, writers[name], None, lines)
        iam.split_of_line |= {line.id: split for line in lines if split}
    return iam


def test_iam_train_has_no_line_by_a_writer_of_validation_or_test() -> None:
    texts, held_out = iam_texts(dataset())
    assert texts == {
        "train": ["a text 0", "a text 1", "d text 0", "d text 1"],
        "validation": ["b text 0", "b text 1"],
    }
    assert [held_out.is_line(f"{name} text 1") for name in "abcde"] == [False, True, True, False, True]


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
