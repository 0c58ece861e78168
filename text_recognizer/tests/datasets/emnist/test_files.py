"""The official files of EMNIST ByClass."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.emnist.files import idx_array, idx_name, read_parts, source_files
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets import toy_data

PARTS = toy_data.emnist_parts()


def test_all_official_formats_are_equal(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "matlab.zip", "w") as archive:
        archive.writestr("matlab/emnist-byclass.mat", toy_data.emnist_matlab(PARTS))
        archive.writestr("matlab/emnist-letters.mat", b"another one")
    with zipfile.ZipFile(tmp_path / "gzip.zip", "w") as archive:
        for name, content in toy_data.idx_files(PARTS).items():
            archive.writestr(f"gzip/{name}", content)
    for name in ("matlab.zip", "gzip.zip"):
        for part, (images, labels) in read_parts([tmp_path / name]).items():
            np.testing.assert_array_equal(images, PARTS[part][0])
            np.testing.assert_array_equal(labels, PARTS[part][1])


def test_idx_arrays_are_as_stored() -> None:
    contents = toy_data.idx_files(PARTS)
    images = idx_array(contents, idx_name("test", "images"), 3)
    np.testing.assert_array_equal(images.transpose(0, 2, 1), PARTS["test"][0])
    with pytest.raises(ValueError, match="1 dimensions"):
        idx_array(contents, idx_name("test", "images"), 1)


def test_single_files_are_preferred_to_an_archive(data_root: Path) -> None:
    folder = data_root / "raw" / "emnist"
    toy_data.write_emnist(folder, PARTS)
    assert {path.name for path in source_files()} == set(toy_data.idx_files(PARTS))


def test_images_of_another_size_are_refused(data_root: Path) -> None:
    folder = data_root / "raw" / "emnist"
    small = {part: (images[:, :20, :20], labels) for part, (images, labels) in PARTS.items()}
    toy_data.write_emnist(folder, small)
    with pytest.raises(DataError, match=r"\(N, 28, 28\)"):
        read_parts(source_files())
