from pathlib import Path
from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets.drawn_pages.dataset import DrawnPagesDataset
from text_recognizer.errors import ConfigError
from text_recognizer.tests.datasets.toy_fonts import write_font
from text_recognizer.tests.datasets.toy_iam import write_iam


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path))
    monkeypatch.delenv("TEXT_RECOGNIZER_MIRROR", raising=False)
    write_iam(tmp_path / "raw" / "iam")
    write_font(tmp_path / "raw" / "word_fonts")


def loaded(**arguments: Any) -> DrawnPagesDataset:
    dataset = DrawnPagesDataset(**{"num_validation": 2, **arguments})
    dataset.load_or_generate_data()
    return dataset


@pytest.mark.usefixtures("data")
def test_a_page_depends_on_seed_and_number_alone() -> None:
    pages, fewer, other = loaded(), loaded(num_pages=5), loaded(seed=1)
    assert len(pages.train) == 1_000_000
    for index in (4, 2):
        np.testing.assert_array_equal(pages.train.images[index], fewer.train.images[index])
        np.testing.assert_array_equal(pages.train.targets[index], fewer.train.targets[index])
    assert any(
        pages.train.images[i].shape != other.train.images[i].shape
        or (pages.train.images[i] != other.train.images[i]).any()
        for i in range(3)
    )
    assert len({pages.data_hash, fewer.data_hash, other.data_hash}) == 3


@pytest.mark.usefixtures("data")
def test_pages_that_are_kept_are_the_same_pages() -> None:
    kept, drawn = loaded(num_pages=3, keep=True), loaded(num_pages=3)
    assert list(kept.train.ids) == list(drawn.train.ids)
    for name in ("train", "validation"):
        for index in range(len(kept.splits[name])):
            np.testing.assert_array_equal(kept.splits[name].images[index], drawn.splits[name].images[index])
            np.testing.assert_array_equal(kept.splits[name].targets[index], drawn.splits[name].targets[index])
    assert len(kept.test) == 0
    assert "3 pages train" in kept.describe()


@pytest.mark.parametrize(
    "arguments",
    [
        {"iam": False},
        {"num_pages": 0},
        {"keep": 1},
        {"print_label": "letter"},
        {"subsample_fraction": 0},
        {"num_print_fonts": 0},
        {"folders": "many_hands"},
    ],
)
def test_unfit_parameters_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        DrawnPagesDataset(**arguments)
