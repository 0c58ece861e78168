from pathlib import Path

import pytest

from training.fine_tuning.other_lines import other_lines


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
