"""What the data sets of paragraphs share."""

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.fsdl.paragraphs_dataset import FsdlHandwritingParagraphsDataset
from text_recognizer.datasets.iam.paragraphs_dataset import IamParagraphsDataset
from text_recognizer.datasets.pages.paragraphs_dataset import ParagraphsDataset, describe_pages
from text_recognizer.layout.kernels import UNKNOWN


@pytest.mark.parametrize("cls", [FsdlHandwritingParagraphsDataset, IamParagraphsDataset])
def test_pages_of_any_size_have_three_classes(cls: type[ParagraphsDataset]) -> None:
    dataset = cls()
    assert dataset.input_shape == (None, None, 1)
    assert dataset.output_shape == (None, None, 3)


def test_description_counts_pages_sizes_and_classes() -> None:
    labels = np.array([[0, 0, 1, 2], [0, 0, 0, 0]], np.uint8)
    pages = [np.zeros((2, 4), np.uint8), np.zeros((2, 4), np.uint8)]
    splits = {"train": Split(["a", "b"], pages, [labels, labels])}
    splits |= {name: Split([], [], []) for name in ("validation", "test")}
    assert describe_pages(splits) == [
        "train: 2 pages, height 2-2, width 4-4; pixels: background 75.0 %, odd line 12.5 %, even line 12.5 %",
        "validation: 0 pages, height 0-0, width 0-0; "
        "pixels: background 0.0 %, odd line 0.0 %, even line 0.0 %",
        "test: 0 pages, height 0-0, width 0-0; pixels: background 0.0 %, odd line 0.0 %, even line 0.0 %",
    ]


def test_what_is_unknown_is_described_where_there_is_some() -> None:
    splits = {"train": Split(["a"], [np.zeros((1, 4), np.uint8)], [np.array([[0, 0, 1, UNKNOWN]], np.uint8)])}
    splits |= {name: Split([], [], []) for name in ("validation", "test")}
    assert describe_pages(splits)[0].endswith("even line 0.0 %, unknown 25.0 %")
