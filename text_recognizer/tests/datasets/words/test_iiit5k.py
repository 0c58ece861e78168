from pathlib import Path

import pytest

from text_recognizer.datasets.words.iiit5k import iiit5k_labels, read_iiit5k
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_words import write_iiit5k

TEXTS = {"train/1009_1.png": "You", "train/1009_2.png": "CAFE", "train/7_1.png": "mission"}


def test_names_texts_and_photos_are_read(tmp_path: Path) -> None:
    folder = write_iiit5k(tmp_path, "train", TEXTS)
    labels = iiit5k_labels(folder, "train")
    assert labels is not None
    assert iiit5k_labels(folder, "test") is None
    words = read_iiit5k(labels).images
    assert {word.id: word.text for word in words} == TEXTS
    assert [word.group for word in words] == ["train/1009", "train/1009", "train/7"]
    assert words[0].load().shape[0] == 40


def test_a_single_word_is_a_list_too(tmp_path: Path) -> None:
    write_iiit5k(tmp_path, "test", {"test/1_1.png": "one"})
    assert [word.text for word in read_iiit5k(tmp_path / "testdata.mat").images] == ["one"]


def test_a_damaged_or_other_file_is_named(tmp_path: Path) -> None:
    write_iiit5k(tmp_path, "train", TEXTS)
    path = tmp_path / "traindata.mat"
    (tmp_path / "testdata.mat").write_bytes(path.read_bytes())
    path.write_bytes(path.read_bytes()[:-20])
    for name in ("traindata", "testdata"):
        with pytest.raises(DataError, match=rf"{name}\.mat cannot be used"):
            read_iiit5k(tmp_path / f"{name}.mat")
