from collections.abc import Callable
from pathlib import Path

import pytest

from text_recognizer.datasets.words.folders import Part, read_word_folder
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_words import (
    write_icdar,
    write_iiit5k,
    write_labelled,
    write_lmdb,
)

TEXTS = {"1_1.png": "one", "2_1.png": "two"}


@pytest.mark.parametrize(
    ("form", "write", "part"),
    [
        ("labels.tsv", write_labelled, "train"),
        ("ICDAR", write_icdar, "test"),
        ("IIIT5K", lambda folder, texts: write_iiit5k(folder, "train", texts), "train"),
        ("IIIT5K", lambda folder, texts: write_iiit5k(folder, "test", texts), "test"),
    ],
)
def test_the_form_is_found(
    tmp_path: Path, form: str, write: Callable[[Path, dict[str, str]], Path], part: Part
) -> None:
    found = read_word_folder(write(tmp_path, TEXTS), part)
    assert found.form == form
    assert {word.id: word.text for word in found.images} == TEXTS


def test_a_data_base_is_found(tmp_path: Path) -> None:
    pytest.importorskip("lmdb", reason="the package lmdb is not installed")
    found = read_word_folder(write_lmdb(tmp_path / "words", {"one": "one"}))
    assert (found.form, [word.text for word in found.images]) == ("LMDB", ["one"])


def test_the_other_part_of_iiit5k_is_not_taken_for_it(tmp_path: Path) -> None:
    write_iiit5k(tmp_path, "train", TEXTS)
    with pytest.raises(DataError, match=r"testdata\.mat.*readme\.md"):
        read_word_folder(tmp_path, "test")
