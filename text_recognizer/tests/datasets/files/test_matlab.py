"""MATLAB level 5 files."""

import numpy as np
import pytest

from text_recognizer.datasets.files.matlab import read_matlab
from text_recognizer.tests.datasets import toy_data

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
