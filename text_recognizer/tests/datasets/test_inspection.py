from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.datasets.inspection import run, run_as_script, samples, save_contact_sheet
from text_recognizer.errors import DataError
from text_recognizer.tooling.data_root import mirror, set_mirror


class ToyDataset(Dataset):
    broken = False

    @property
    def input_shape(self) -> tuple[int | None, int | None, int]:
        return 10, 20, 1

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        return (2,)

    def load_or_generate_data(self) -> None:
        if self.broken:
            raise DataError("Expected toy.bin; received nothing. Put it there.")
        image, labels = np.full((10, 20), 255, np.uint8), np.full((10, 20), 2, np.uint8)
        self.splits = {
            "train": Split(["a", "b"], [image, image], ["text", labels]),
            "test": Split([], [], []),
        }
        self.data_hash = "0"

    def describe(self) -> str:
        return "2 toys"


class BrokenDataset(ToyDataset):
    broken = True


def test_shows_all_images_as_dark_ink_on_white(tmp_path: Path) -> None:
    images = [np.full((28, 300), 255, np.uint8) for _ in range(20)] + [np.full((3000, 2000), 255, np.uint8)]
    save_contact_sheet(images, ["caption"] * 21, tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as picture:
        sheet = np.asarray(picture)
    assert sheet[0].min() == 255
    assert (sheet < 128).sum() > 20 * 28 * 300
    assert max(sheet.shape) < 3000


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    for dataset in (ToyDataset, BrokenDataset):
        monkeypatch.setitem(DATASETS, dataset.__name__, dataset)


def test_the_command_prints_and_saves(
    data_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        assert run(["ToyDataset", "--mirror", str(tmp_path)]) == 0
        assert mirror() == tmp_path
    finally:
        set_mirror(None)
    sheet = data_root / "processed" / "contact_sheets" / "ToyDataset.png"
    assert capsys.readouterr().out == f"2 toys\nContact sheet: {sheet}\n"
    with Image.open(sheet) as picture:
        assert (np.asarray(picture) == 0).any()


def test_missing_data_is_one_line_and_an_exit_status(
    data_root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert run(["BrokenDataset"]) == 1
    assert [record.message for record in caplog.records] == [
        "python -m text_recognizer.datasets: Expected toy.bin; received nothing. Put it there."
    ]


def test_without_a_name_all_data_sets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    listed = capsys.readouterr().out.split()
    assert listed == sorted(listed)
    assert {"EmnistDataset", "FsdlHandwritingDataset", "IamDataset", "SyntheticLinesDataset"} <= set(listed)


def test_a_module_that_is_imported_does_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    run_as_script("text_recognizer.datasets.toy", "ToyDataset")
    assert not capsys.readouterr().out


def test_captions_are_texts_or_ids() -> None:
    toys = ToyDataset()
    toys.load_or_generate_data()
    images, captions = samples(toys)
    assert captions == ["train: text", "train: b"]
    assert [image.shape for image in images] == [(10, 20), (10, 40)], "a label map stands on the right"
