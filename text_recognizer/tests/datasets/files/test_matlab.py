"""MATLAB level 5 files."""

from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.files.matlab import read_matlab
from text_recognizer.tests.datasets import toy_data, toy_words

PARTS = toy_data.emnist_parts()


@pytest.mark.parametrize("compress", [True, False])
def test_reads_matlab_structs(compress: bool) -> None:
    dataset = read_matlab(toy_data.emnist_matlab(PARTS, compress))["dataset"]
    assert list(dataset) == ["train", "test", "mapping"]
    np.testing.assert_array_equal(dataset["test"]["labels"][:, 0], PARTS["test"][1])


@pytest.mark.parametrize("cut", [0, 100, 130, 150, 5000])
def test_a_damaged_matlab_file_is_a_value_error(cut: int) -> None:
    with pytest.raises(ValueError, match="MATLAB"):
        read_matlab(toy_data.emnist_matlab(PARTS, compress=cut % 100 == 0)[:cut])


def test_reads_struct_arrays_of_texts_and_leaves_cells_out(tmp_path: Path) -> None:
    folder = toy_words.write_iiit5k(tmp_path, "train", {"train/1_1.png": "You", "train/1_2.png": "CAFÉ"})
    entries = read_matlab((folder / "traindata.mat").read_bytes())["traindata"]
    assert [entry["GroundTruth"] for entry in entries] == ["You", "CAFÉ"]
    assert entries[1]["ImgName"] == "train/1_2.png"
    assert entries[0]["smallLexi"] is None
