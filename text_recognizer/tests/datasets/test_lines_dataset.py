"""What all data sets of lines share."""

from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.fsdl.lines_dataset import FsdlHandwritingLinesDataset
from text_recognizer.datasets.iam.lines_dataset import IamLinesDataset
from text_recognizer.datasets.iam_online.lines_dataset import IamOnlineLinesDataset
from text_recognizer.datasets.lines_dataset import LinesDataset, describe_lines
from text_recognizer.datasets.synthetic.lines_dataset import SyntheticLinesDataset
from text_recognizer.errors import ConfigError
from text_recognizer.preprocessing.lines import line_input

SCANNED = [
    FsdlHandwritingLinesDataset,
    IamLinesDataset,
    IamOnlineLinesDataset,
    SyntheticLinesDataset,
]


def scan() -> np.ndarray:
    """Return grey values (60, 300) of three slanted strokes."""
    image = np.full((60, 300), 230, np.uint8)
    for left in (40, 120, 200):
        for row in range(10, 50):
            image[row, left + (50 - row) // 2 : left + (50 - row) // 2 + 5] = 20
    return image


@pytest.mark.parametrize("cls", SCANNED)
def test_shapes_follow_the_parameters(cls: type[LinesDataset]) -> None:
    assert cls().input_shape == (64, None, 1)
    fixed = cls(height=28, width=952, normalize=True)
    assert fixed.input_shape == (28, 952, 1)
    assert fixed.output_shape == (None, 80)
    parameters = fixed.shape_parameters()
    assert (parameters["height"], parameters["width"], parameters["normalize"]) == (28, 952, True)
    latin = cls(vocabulary="latin+ő")
    assert latin.output_shape == (None, 127)
    assert latin.shape_parameters() != cls().shape_parameters()


@pytest.mark.parametrize("cls", SCANNED)
@pytest.mark.parametrize(
    "arguments",
    [
        {"height": 0},
        {"height": "64"},
        {"vocabulary": "latn"},
        {"height": True},
        {"width": 32},
        {"width": 99.5},
        {"height": 28, "width": 14},
        {"normalize": "yes"},
        {"normalize": 1},
    ],
)
def test_impossible_shapes_are_refused(cls: type[LinesDataset], arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="height >= 1|width above|width >= 1|for normalize|a vocabulary"):
        cls(**arguments)


@pytest.mark.parametrize("normalize", [False, True])
def test_images_become_what_the_predictor_makes_of_them(normalize: bool) -> None:
    line = IamLinesDataset(height=40, normalize=normalize).image_to_line(scan())
    assert line.dtype == np.uint8
    np.testing.assert_array_equal(line, np.round(line_input(scan(), 40, None, normalize) * 255))


def test_normalized_lines_differ() -> None:
    plain, normalized = (IamLinesDataset(normalize=n).image_to_line(scan()) for n in (False, True))
    assert plain.shape != normalized.shape or (plain != normalized).any()


def test_description_counts_lines_widths_and_characters() -> None:
    images = [np.zeros((64, width), np.uint8) for width in (100, 300)]
    splits = {"train": Split(["a", "b"], images, ["abba", "c"])}
    splits |= {name: Split([], [], []) for name in ("validation", "test")}
    assert describe_lines(splits) == [
        "train: 2 lines, width 100-300 (mean 200), 5 characters, 3 different",
        "validation: 0 lines, width 0-0 (mean 0), 0 characters, 0 different",
        "test: 0 lines, width 0-0 (mean 0), 0 characters, 0 different",
    ]
