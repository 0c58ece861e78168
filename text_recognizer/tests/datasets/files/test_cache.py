import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.files.cache import cached
from text_recognizer.datasets.files.hashes import hash_file, hash_files, hash_key

RNG = np.random.default_rng(0)
EQUAL = Split(["a", "b"], list(RNG.integers(0, 256, (2, 4, 5), np.uint8)), [3, 61])
RAGGED = Split(
    ["c", "d", "e"],
    [RNG.integers(0, 256, shape, np.uint8) for shape in [(4, 9), (4, 2), (3, 7)]],
    ["häßlich", "", 'it\'s "x"'],
)
MAPS = Split(["f", "g"], RAGGED.images[:2], [np.ones((4, 9), np.uint8), np.zeros((4, 2), np.uint8)])
SPLITS = {"train": EQUAL, "validation": RAGGED, "test": MAPS}


class Builder:
    def __init__(self, splits: dict[str, Split]) -> None:
        self.splits = splits
        self.calls = 0

    def __call__(self) -> dict[str, Split]:
        self.calls += 1
        return self.splits


def assert_equal(one: dict[str, Split], other: dict[str, Split]) -> None:
    assert list(one) == list(other)
    for name in one:
        assert list(one[name].ids) == list(other[name].ids)
        for first, second in zip(one[name].images, other[name].images, strict=True):
            assert second.dtype == np.uint8
            np.testing.assert_array_equal(first, second)
        for first, second in zip(one[name].targets, other[name].targets, strict=True):
            np.testing.assert_array_equal(first, second)


def test_returns_equal_splits_without_building_again(data_root: Path) -> None:
    build = Builder(SPLITS)
    assert_equal(cached("toy", {"version": 1}, build), SPLITS)
    assert_equal(cached("toy", {"version": 1}, build), SPLITS)
    assert build.calls == 1
    assert [path.suffix for path in (data_root / "processed" / "toy").iterdir()] == [".h5"]


def test_the_first_run_gets_the_types_of_later_ones(data_root: Path) -> None:
    first, second = (cached("toy", {"version": 1}, Builder(SPLITS)) for _ in range(2))
    for name in SPLITS:
        assert type(first[name].images) is type(second[name].images)
        assert type(first[name].targets) is type(second[name].targets)


def test_images_of_one_size_are_one_array(data_root: Path) -> None:
    images: Any = cached("toy", {}, Builder(SPLITS))["train"].images
    assert type(images) is np.ndarray
    assert images.shape == (2, 4, 5)


def test_every_entry_of_the_key_matters(data_root: Path) -> None:
    build = Builder(SPLITS)
    for key in ({"version": 1}, {"version": 2}, {"version": 1, "seed": 0}):
        cached("toy", key, build)
    assert build.calls == 3


def test_empty_splits_survive(data_root: Path) -> None:
    splits = {"train": Split([], [], []), "test": EQUAL}
    for _ in range(2):
        assert_equal(cached("toy", {}, Builder(splits)), splits)


@pytest.mark.parametrize("damage", ["cut", "garbage", "flipped"])
def test_a_damaged_file_is_rebuilt_with_a_warning(
    data_root: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    noise = list(RNG.integers(0, 256, (50, 28, 28), np.uint8))
    splits = {"train": Split([str(i) for i in range(50)], noise, list(range(50)))}
    build = Builder(splits)
    cached("toy", {}, build)
    (path,) = (data_root / "processed" / "toy").iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes({"cut": content[:3000], "garbage": b"garbage", "flipped": content}[damage]))
    with caplog.at_level(logging.WARNING):
        assert_equal(cached("toy", {}, build), splits)
    assert build.calls == 2
    assert path.name in caplog.text
    cached("toy", {}, build)
    assert build.calls == 2


def test_a_build_that_fails_leaves_no_file(data_root: Path) -> None:
    def build() -> dict[str, Split]:
        raise RuntimeError("no data")

    with pytest.raises(RuntimeError, match="no data"):
        cached("toy", {}, build)
    assert not list(data_root.rglob("*.h5"))


def test_a_folder_that_cannot_be_written_costs_only_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING):
        assert_equal(cached("toy", {}, Builder(SPLITS)), SPLITS)
        assert hash_file(tmp_path / "file") == hash_file(tmp_path / "file")
    assert "Not cached" in caplog.text


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
    monkeypatch.setattr(
        "text_recognizer.datasets.files.hashes.hash_content", lambda _: pytest.fail("read again")
    )
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
