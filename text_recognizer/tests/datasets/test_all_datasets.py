"""What holds for every data set that an experiment can name; originals are drawn, no network is used."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.dataset import SPLIT_NAMES, Dataset
from text_recognizer.datasets.files import hashes, metadata
from text_recognizer.datasets.inspection import samples
from text_recognizer.tests.datasets.toy_raw import SMALL, write_raw

pytestmark = pytest.mark.slow

NAMES = [name for name in DATASETS if name.endswith("Dataset")]


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("data-root")
    write_raw(root, root / "metadata")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metadata, "METADATA_ROOT", root / "metadata")
        yield root


@pytest.fixture(autouse=True)
def data_root(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(raw))
    monkeypatch.delenv("TEXT_RECOGNIZER_MIRROR", raising=False)
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")


def load(name: str) -> Dataset:
    dataset: Dataset = DATASETS[name](**SMALL.get(name, {}))
    dataset.load_or_generate_data()
    return dataset


@pytest.mark.parametrize("name", NAMES)
def test_splits_hold_ink_and_their_ids_are_unique(name: str) -> None:
    dataset = load(name)
    assert dataset.splits.keys() == set(SPLIT_NAMES)
    assert len(dataset.train)
    height, width, _ = dataset.input_shape
    for split in dataset.splits.values():
        assert len(set(split.ids)) == len(split)
        for image in (split.images[i] for i in range(len(split))):
            assert image.dtype == np.uint8
            assert image.shape[0] == (height or image.shape[0])
            assert image.shape[1] == (width or image.shape[1])
            assert image.max() > 64, "ink is bright"
    assert name.removesuffix("Dataset")[:3].lower() in dataset.describe().lower()


@pytest.mark.parametrize("name", NAMES)
def test_a_second_load_is_equal(name: str) -> None:
    first, second = load(name), load(name)
    assert first.data_hash == second.data_hash
    assert first.describe() == second.describe()
    for split in SPLIT_NAMES:
        assert list(first.splits[split].ids) == list(second.splits[split].ids)
        for i in range(len(first.splits[split])):
            np.testing.assert_array_equal(first.splits[split].images[i], second.splits[split].images[i])
            np.testing.assert_array_equal(first.splits[split].targets[i], second.splits[split].targets[i])


@pytest.mark.parametrize("name", NAMES)
def test_the_hash_covers_the_preprocessing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = load(name).data_hash
    monkeypatch.setattr(hashes, "preprocessing_version", lambda: "another one")
    assert load(name).data_hash != before


@pytest.mark.parametrize("name", NAMES)
def test_the_hash_covers_the_own_code(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = load(name).data_hash
    asked: list[tuple[str, ...]] = []

    def digest(names: tuple[str, ...]) -> str:
        asked.append(names)
        return "another one"

    monkeypatch.setattr(hashes, "_code_digest", digest)
    assert load(name).data_hash != before
    own = DATASETS[name].__module__.removeprefix("text_recognizer.")
    assert any(own == module or own.startswith(f"{module}.") for names in asked for module in names)


@pytest.mark.parametrize("name", NAMES)
def test_samples_can_be_shown(name: str) -> None:
    images, captions = samples(load(name), count=6)
    assert len(images) == len(captions) > 0
    assert all(caption.partition(": ")[0] in SPLIT_NAMES for caption in captions)
