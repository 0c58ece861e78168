import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.datasets.inspection import run_module, save_contact_sheet
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


def test_run_module_prints_and_saves(
    data_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["toy", "--mirror", str(tmp_path)])
    try:
        run_module(ToyDataset)
        assert mirror() == tmp_path
    finally:
        set_mirror(None)
    sheet = data_root / "processed" / "contact_sheets" / "ToyDataset.png"
    assert capsys.readouterr().out == f"2 toys\nContact sheet: {sheet}\n"
    with Image.open(sheet) as picture:
        assert (np.asarray(picture) == 0).any()


def test_run_module_ends_with_the_message_of_a_data_error(
    data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["toy"])
    with pytest.raises(SystemExit, match=r"DataError: Expected toy\.bin"):
        run_module(BrokenDataset)
