from pathlib import Path

import pytest

from text_recognizer.datasets.words.icdar import icdar_labels, read_icdar
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_words import write_icdar

TEXTS = {"word_1.png": "JOINT", "word_2.png": 'say "hi"', "word_3.png": "a, b\\", "word_10.png": "10,5"}


@pytest.mark.parametrize("labels", ["gt.txt", "Challenge2_Test_Task3_GT.txt", "Challenge4_Test_Task3_GT.txt"])
def test_quotes_commas_and_byte_order_marks_are_read(tmp_path: Path, labels: str) -> None:
    path = icdar_labels(write_icdar(tmp_path, TEXTS, labels))
    assert path is not None
    found = read_icdar(path)
    assert {word.id: word.text for word in found.images} == TEXTS
    assert found.left_out == {}


def test_a_folder_without_labels_has_none(tmp_path: Path) -> None:
    assert icdar_labels(tmp_path) is None


def test_another_row_is_shown(tmp_path: Path) -> None:
    (tmp_path / "gt.txt").write_text("word_1.png JOINT\n")
    with pytest.raises(DataError, match=r"word_1\.png JOINT"):
        read_icdar(tmp_path / "gt.txt")
