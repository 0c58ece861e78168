import logging
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_key

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
    def __init__(self, splits: dict[str, Split], left_out: dict[str, str] | None = None) -> None:
        self.built = Built(splits, left_out or {})
        self.calls = 0

    def __call__(self) -> Built:
        self.calls += 1
        return self.built


def load(build: Builder, **key: int) -> dict[str, Split]:
    return cached("toy", hash_key(key), build).splits


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
    assert_equal(load(build, version=1), SPLITS)
    assert_equal(load(build, version=1), SPLITS)
    assert build.calls == 1
    assert [path.suffix for path in (data_root / "processed" / "toy").iterdir()] == [".h5"]


def test_the_first_run_gets_the_types_of_later_ones(data_root: Path) -> None:
    first, second = (load(Builder(SPLITS), version=1) for _ in range(2))
    for name in SPLITS:
        assert type(first[name].images) is type(second[name].images)
        assert type(first[name].targets) is type(second[name].targets)


def test_images_of_one_size_are_one_array(data_root: Path) -> None:
    images: Any = load(Builder(SPLITS))["train"].images
    assert type(images) is np.ndarray
    assert images.shape == (2, 4, 5)


def test_every_entry_of_the_key_matters(data_root: Path) -> None:
    build = Builder(SPLITS)
    for key in ({"version": 1}, {"version": 2}, {"version": 1, "seed": 0}):
        load(build, **key)
    assert build.calls == 3


def test_empty_splits_survive(data_root: Path) -> None:
    splits = {"train": Split([], [], []), "test": EQUAL}
    for _ in range(2):
        assert_equal(load(Builder(splits)), splits)


@pytest.mark.parametrize("damage", ["cut", "garbage", "flipped"])
def test_a_damaged_file_is_rebuilt_with_a_warning(
    data_root: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    noise = list(RNG.integers(0, 256, (50, 28, 28), np.uint8))
    splits = {"train": Split([str(i) for i in range(50)], noise, list(range(50)))}
    build = Builder(splits)
    load(build)
    (path,) = (data_root / "processed" / "toy").iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes({"cut": content[:3000], "garbage": b"garbage", "flipped": content}[damage]))
    with caplog.at_level(logging.WARNING):
        assert_equal(load(build), splits)
    assert build.calls == 2
    assert path.name in caplog.text
    load(build)
    assert build.calls == 2


def test_a_build_that_fails_leaves_no_file(data_root: Path) -> None:
    def build() -> Built:
        raise RuntimeError("no data")

    with pytest.raises(RuntimeError, match="no data"):
        cached("toy", hash_key({}), build)
    assert not list(data_root.rglob("*.h5"))


def test_a_folder_that_cannot_be_written_costs_only_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING):
        assert_equal(load(Builder(SPLITS)), SPLITS)
    assert "Not cached" in caplog.text


def test_what_was_left_out_is_remembered(data_root: Path) -> None:
    left_out = {"a01-000u-00": "Expected an image; received \u00fcbel", "b": ""}
    build = Builder(SPLITS, left_out)
    for _ in range(2):
        assert cached("toy", hash_key({}), build).left_out == left_out
    assert build.calls == 1


def test_a_cache_whose_values_lie_in_another_file_is_built_again(data_root: Path, tmp_path: Path) -> None:
    load(Builder(SPLITS), version=1)
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(40))
    (path,) = (data_root / "processed" / "toy").iterdir()
    with h5py.File(path, "r+", locking=False) as file:
        images = file["splits/train/images"]
        del images["array"]
        images.create_dataset("array", shape=(2, 4, 5), dtype="u1", external=[(str(secret), 0, 40)])
    build = Builder(SPLITS)
    assert_equal(load(build, version=1), SPLITS)
    assert build.calls == 1
