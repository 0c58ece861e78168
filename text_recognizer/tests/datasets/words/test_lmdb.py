import sys
from pathlib import Path

import pytest

from text_recognizer.datasets.words.lmdb import lmdb_data, read_lmdb
from text_recognizer.errors import DataError, InvalidInputError
from text_recognizer.tests.datasets.toy_words import write_lmdb


def test_words_are_read_one_by_one_and_the_folder_is_left_alone(tmp_path: Path) -> None:
    pytest.importorskip("lmdb", reason="the package lmdb is not installed")
    folder = write_lmdb(tmp_path / "words", {"Coffee": "Coffee", "CAFÉ": b"no image"})
    (data,) = folder.iterdir()
    before = data.read_bytes()
    assert lmdb_data(folder) == data
    found = read_lmdb(data)
    assert [(word.id, word.text) for word in found.images] == [
        ("image-000000001", "Coffee"),
        ("image-000000002", "CAFÉ"),
    ]
    assert found.images[0].load().shape[0] == 40
    with pytest.raises(InvalidInputError):
        found.images[1].load()
    assert list(folder.iterdir()) == [data]
    assert data.read_bytes() == before


def test_more_words_than_there_are_labels_are_missing(tmp_path: Path) -> None:
    pytest.importorskip("lmdb", reason="the package lmdb is not installed")
    found = read_lmdb(write_lmdb(tmp_path / "words", {"Coffee": "Coffee"}, count=2) / "data.mdb")
    assert list(found.left_out) == ["image-000000002"]


def test_a_data_base_without_the_keys_says_which(tmp_path: Path) -> None:
    lmdb = pytest.importorskip("lmdb", reason="the package lmdb is not installed")
    lmdb.open(str(tmp_path), map_size=1 << 20).close()
    with pytest.raises(DataError, match="num-samples"):
        read_lmdb(tmp_path / "data.mdb")


def test_a_damaged_data_base_is_named(tmp_path: Path) -> None:
    pytest.importorskip("lmdb", reason="the package lmdb is not installed")
    (tmp_path / "data.mdb").write_bytes(b"none" * 5000)
    with pytest.raises(DataError, match="cannot be read"):
        read_lmdb(tmp_path / "data.mdb")


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lmdb", None)
    (tmp_path / "data.mdb").touch()
    with pytest.raises(DataError, match=r"pip install 'text-recognizer\[lmdb\]'"):
        read_lmdb(tmp_path / "data.mdb")
