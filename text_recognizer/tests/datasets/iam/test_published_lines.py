"""Lines of IAM in parquet files, and through a package of the name `datasets`."""

import importlib.machinery
import io
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from text_recognizer.datasets.iam.lines_dataset import IamLinesDataset
from text_recognizer.datasets.iam.published_lines import published_lines
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_iam import write_iam
from text_recognizer.tests.datasets.toy_parquet import TEXTS, rows_of, write_parquet
from text_recognizer.tests.datasets.toy_words import draw_word


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(tmp_path))
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "root"))
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    return tmp_path / "iam"


def parquet(folder: Path, texts: dict[str, list[str]] = TEXTS) -> Path:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    return write_parquet(folder, texts)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["", "data"])
def test_splits_texts_and_images_are_read(folder: Path, place: str) -> None:
    parquet(folder / place)
    lines = published_lines(folder)
    assert lines is not None
    for split, texts in TEXTS.items():
        assert lines.texts(split) == texts
        sizes = [Image.open(io.BytesIO(image)).size for image in lines.images(split)]
        assert sizes == [draw_word(text).size for text in texts]
    assert lines.ids("train") == ["train-00000", "train-00001", "train-00002"]
    assert lines.digest() == published_lines(folder).digest()  # type: ignore[union-attr]


def test_lines_become_a_data_set_like_those_of_the_official_files(folder: Path) -> None:
    parquet(folder)
    lines = IamLinesDataset(height=32)
    lines.load_or_generate_data()
    assert {name: list(split.targets) for name, split in lines.splits.items()} == TEXTS
    assert {image.shape[0] for image in lines.train.images} == {32}
    assert "IamLinesDataset, split aachen" in lines.describe()
    again, part = IamLinesDataset(height=32), IamLinesDataset(height=32, subsample_fraction=0.4)
    again.load_or_generate_data()
    part.load_or_generate_data()
    assert again.data_hash == lines.data_hash
    assert [len(part.splits[name]) for name in TEXTS] == [1, 1, 1]
    with pytest.raises(DataError, match="split aachen; received 'lwitlrt'"):
        IamLinesDataset(split="lwitlrt").load_or_generate_data()


def test_a_broken_image_is_named_and_skipped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "text_recognizer.tests.datasets.toy_parquet.png_of",
        lambda text: b"" if text == TEXTS["train"][1] else draw(text),
    )
    parquet(folder)
    lines = IamLinesDataset()
    lines.load_or_generate_data()
    assert lines.unreadable == ["train-00001"]
    assert len(lines.train) == 2


def draw(text: str) -> bytes:
    buffer = io.BytesIO()
    draw_word(text).save(buffer, format="PNG")
    return buffer.getvalue()


def test_an_official_copy_comes_first(folder: Path) -> None:
    parquet(folder)
    write_iam(folder)
    assert published_lines(folder) is None


def test_a_missing_split_or_column_or_a_damaged_file_is_named(folder: Path) -> None:
    parquet(folder, {"train": TEXTS["train"]})
    with pytest.raises(DataError, match="none of validation, test"):
        published_lines(folder)
    for split in ("validation", "test"):
        (folder / f"{split}-00000.parquet").write_bytes(b"no parquet")
    lines = published_lines(folder)
    assert lines is not None
    with pytest.raises(DataError, match=r"test-00000\.parquet cannot be read"):
        lines.texts("test")
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"words": ["a"]})
    pytest.importorskip("pyarrow.parquet").write_table(table, folder / "test-00000.parquet")
    with pytest.raises(DataError, match=r"lacks the columns image, text; it has words"):
        lines.texts("test")


def test_a_missing_package_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    for split in TEXTS:
        (folder / f"{split}-00000.parquet").touch()
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    lines = published_lines(folder)
    assert lines is not None
    with pytest.raises(DataError, match=r"pip install 'text-recognizer\[parquet\]'"):
        lines.texts("train")


class FakeSplit:
    """A split as the package `datasets` has it."""

    column_names = ("image", "text")

    def __init__(self, texts: list[str]) -> None:
        self._columns = rows_of(texts)

    def __getitem__(self, name: str) -> list[Any]:
        return self._columns[name]

    def select_columns(self, name: str) -> list[dict[str, Any]]:
        return [{name: value} for value in self._columns[name]]


class FakeSplits(dict[str, FakeSplit]):
    def cast_column(self, name: str, kind: object) -> "FakeSplits":
        assert (name, kind) == ("image", "files")
        return self


def install_hub(monkeypatch: pytest.MonkeyPatch, splits: FakeSplits) -> None:
    module = ModuleType("datasets")
    module.__spec__ = importlib.machinery.ModuleSpec("datasets", None)
    fake = SimpleNamespace(load_dataset=lambda name: splits, Image=lambda decode: "files")
    module.__dict__.update(vars(fake))
    monkeypatch.setitem(sys.modules, "datasets", module)


def test_the_package_datasets_is_asked_where_no_file_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_hub(monkeypatch, FakeSplits({split: FakeSplit(texts) for split, texts in TEXTS.items()}))
    assert published_lines(folder) is None, "offline"
    monkeypatch.delenv("TEXT_RECOGNIZER_OFFLINE")
    assert published_lines(folder, hub=False) is None
    lines = IamLinesDataset()
    lines.load_or_generate_data()
    assert {name: list(split.targets) for name, split in lines.splits.items()} == TEXTS


def test_what_the_package_cannot_fetch_is_an_error_that_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEXT_RECOGNIZER_OFFLINE")
    install_hub(monkeypatch, FakeSplits())
    with pytest.raises(DataError, match=r"data/raw/iam/readme\.md"):
        IamLinesDataset().load_or_generate_data()
