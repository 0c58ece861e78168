from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from training.fine_tuning.other_lines import narrowest, other_lines


@pytest.mark.slow
def test_without_iam_the_drawn_lines_stand_for_other_hands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path))
    monkeypatch.delenv("TEXT_RECOGNIZER_MIRROR", raising=False)
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    others = other_lines(32, None, normalize=False)
    assert (len(others.shown), len(others.judged), others.name) == (32, 16, "16 drawn lines")
    assert {image.shape[0] for image in others.shown.images} == {32}


def test_the_narrowest_lines_are_shown() -> None:
    images = [np.zeros((8, 9 + (width * 7) % 300), np.uint8) for width in range(300)]
    shown = narrowest(Split([*map(str, range(300))], images, ["text"] * 300))
    assert sorted(image.shape[1] for image in shown.images) == list(range(9, 209))
    assert len(narrowest(Split(["a"], images[:1], ["text"]))) == 1
