from pathlib import Path
from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets.labelled_pages.dataset import LabelledPagesDataset
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.layout.kernels import UNKNOWN
from text_recognizer.tests.datasets.labelled_pages.toy_pages import PRINT_ROWS, write_pages

SPLITS = {"a.png": "train", "b.png": "train", "c.png": "validation", "d.png": "test"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))
    write_pages(tmp_path / "own", SPLITS)
    return tmp_path / "own"


def loaded(folder: Path, **arguments: Any) -> LabelledPagesDataset:
    dataset = LabelledPagesDataset([str(folder)], **arguments)
    dataset.load_or_generate_data()
    return dataset


def test_lines_are_labelled_and_other_ink_is_unknown(folder: Path) -> None:
    pages = loaded(folder)
    assert [len(pages.splits[name]) for name in ("train", "validation", "test")] == [2, 1, 1]
    image, labels = pages.train.images[0], pages.train.targets[0]
    assert image.shape == labels.shape
    assert (labels[52:78, 42:358] == 1).all()
    assert (labels[112:138, 42:298] == 2).all(), "a line without a text is one"
    assert (labels[PRINT_ROWS, 60:238] == UNKNOWN).all()
    assert not labels[180:200].any()


def test_other_ink_can_be_background(folder: Path) -> None:
    known, other = loaded(folder, unknown=False), loaded(folder)
    assert known.data_hash != other.data_hash
    assert set(np.unique(known.train.targets[0])) == {0, 1, 2}


def test_pages_without_splits_are_split_by_document(folder: Path) -> None:
    write_pages(folder, {f"{i:02d}.png": "" for i in range(10)})
    pages = loaded(folder, validation_fraction=0.2, test_fraction=0.1)
    ids = [set(pages.splits[name].ids) for name in ("train", "validation", "test")]
    assert list(map(len, ids)) == [7, 2, 1]
    assert len(set.union(*ids)) == 10


def test_a_broken_image_is_named_also_from_the_cache(folder: Path) -> None:
    (folder / "a.png").write_bytes(b"no image")
    for _ in range(2):
        pages = loaded(folder)
        assert list(pages.skipped) == [f"{folder}/a.png"]
        assert len(pages.train) == 1
        assert "1 pages skipped" in pages.describe()


def test_no_page_at_all_is_an_error(folder: Path) -> None:
    for name in SPLITS:
        (folder / name).unlink()
    with pytest.raises(DataError, match="No page of"):
        loaded(folder)


@pytest.mark.parametrize("arguments", [{"unknown": 1}, {"validation_fraction": 1}, {"seed": -1}])
def test_unfit_parameters_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        LabelledPagesDataset(["a"], **arguments)
