"""Lines of IAM as inputs of the line recognizers."""

from pathlib import Path

import numpy as np

from text_recognizer.datasets.iam.lines_dataset import IamLinesDataset


def test_lines_are_scaled_inked_and_skipped_if_unreadable(iam: Path) -> None:
    (iam / "lines/b02/b02-001/b02-001-00.png").write_bytes(b"no image")
    dataset = IamLinesDataset()
    dataset.load_or_generate_data()
    assert {name: len(split) for name, split in dataset.splits.items()} == {
        "train": 4,
        "validation": 1,
        "test": 2,
    }
    assert dataset.unreadable == ["b02-001-00"]
    image = dataset.train.images[0]
    assert image.shape[0] == 64
    assert image.max() == 255
    assert (image[:, :16] == 0).all(), "margin"
    again = IamLinesDataset()
    again.load_or_generate_data()
    assert again.data_hash == dataset.data_hash
    assert again.unreadable == dataset.unreadable
    assert again.describe() == dataset.describe()
    np.testing.assert_array_equal(again.train.images[0], image)
    assert IamLinesDataset(height=28).input_shape == (28, None, 1)


def test_fixed_width_and_parameters_change_the_cache(iam: Path) -> None:
    wide, fixed = IamLinesDataset(), IamLinesDataset(height=28, width=200, use_unassigned=False)
    for dataset in (wide, fixed):
        dataset.load_or_generate_data()
    assert wide.data_hash != fixed.data_hash
    assert {image.shape for image in fixed.train.images} == {(28, 200)}
    assert len(fixed.train) == 2
