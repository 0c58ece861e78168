from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.labelled.building import build_labelled, checked_folders, left_out_of
from text_recognizer.datasets.labelled.images import LabelledFolder, LabelledImage
from text_recognizer.errors import ConfigError, DataError


def test_what_gives_no_sample_is_named_and_the_rest_is_built(caplog: pytest.LogCaptureFixture) -> None:
    good, bad = (LabelledImage(name, name, Path(name)) for name in ("good", "bad"))

    def sample(image: LabelledImage, split: str) -> tuple[np.ndarray, str]:
        if image is bad:
            raise DataError("no ink")
        return np.ones((4, 5), np.uint8), f"{image.text} in {split}"

    built = build_labelled({"train": [good, bad], "test": [good]}, sample, "lines")
    assert list(built.splits["train"].targets) == ["good in train"]
    assert list(built.splits["test"].targets) == ["good in test"]
    assert len(built.splits["validation"]) == 0
    assert built.left_out == {"bad": "no ink"}
    assert "bad: no ink" in caplog.text


def test_the_first_labels_left_out_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    folder = LabelledFolder("", [], [], {str(number): "it has no image" for number in range(9)})
    assert len(left_out_of({"a": folder, "b": LabelledFolder("", [], [])})) == 9
    assert "a: 9 labels cannot be used, the first are 0 (it has no image), 1" in caplog.text


@pytest.mark.parametrize("folders", ["one", [1], ["twice", "twice"], None])
def test_unfit_folders_are_refused(folders: object) -> None:
    with pytest.raises(ConfigError, match="folders"):
        checked_folders("folders", folders)
