import pytest

from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.form import Form, FormLine
from text_recognizer.datasets.iam.texts import HeldOut, iam_texts, normalized

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


def test_normalized_keeps_words_alone() -> None:
    assert normalized(' "It\'s  A--OK,\n(3)" ') == "its a ok 3"


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
