"""Digests of files, remembered, and of all that samples depend on."""

import logging
from pathlib import Path

import pytest

from text_recognizer.datasets.files import hashes
from text_recognizer.datasets.files.hashes import hash_file, hash_files, hash_key, hash_samples


def test_hash_key_ignores_order_only() -> None:
    assert hash_key({"a": 1, "b": [2, None]}) == hash_key({"b": [2, None], "a": 1})
    assert hash_key({"a": 1}) != hash_key({"a": 2})


def test_hash_key_refuses_what_has_no_stable_text() -> None:
    with pytest.raises(TypeError):
        hash_key({"a": object()})


def test_hash_of_a_file_follows_its_content(data_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert hash_file(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    path.write_bytes(b"abcd")
    assert hash_file(path) != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_an_unchanged_file_is_read_once(
    data_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    digest = hash_file(path)
    monkeypatch.setattr(hashes, "sha256_of", lambda _: pytest.fail("read again"))
    assert hash_file(path) == digest


def test_a_damaged_index_of_hashes_is_rebuilt(data_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    digest = hash_file(path)
    for damage in ("{", "[]", '{"x": 1}', "null"):
        (data_root / "processed" / "file_hashes.json").write_text(damage)
        assert hash_file(path) == digest


def test_hash_of_files_ignores_folders_and_order(data_root: Path, tmp_path: Path) -> None:
    for folder, content in (("one", b"1"), ("two", b"1"), ("three", b"2")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x").write_bytes(content)
        (tmp_path / folder / "y").write_bytes(b"same")
    one, two, three = ([tmp_path / folder / name for name in "xy"] for folder in ("one", "two", "three"))
    assert hash_files(one) == hash_files(two[::-1])
    assert hash_files(one) != hash_files(three)


def test_a_folder_that_cannot_be_written_costs_only_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING):
        assert hash_file(tmp_path / "file") == hash_file(tmp_path / "file")
    assert "Digests are not remembered" in caplog.text


def test_samples_depend_on_inputs_preprocessing_and_their_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    code = ("datasets.emnist", "datasets.lines_dataset")
    same = hash_samples({"seed": 0}, *code)
    assert hash_samples({"seed": 0}, *code) == same
    assert hash_samples({"seed": 1}, *code) != same
    assert hash_samples({"seed": 0}, "datasets.emnist") != same
    monkeypatch.setattr(hashes, "preprocessing_version", lambda: "another")
    assert hash_samples({"seed": 0}, *code) != same


def test_code_is_that_of_existing_modules() -> None:
    with pytest.raises(FileNotFoundError):
        hash_samples({}, "datasets.no_such_module")
