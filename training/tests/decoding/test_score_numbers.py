"""Numbers of each kind are drawn in fonts, the same at each call, and counted."""

from pathlib import Path

import numpy as np
import pytest

from text_recognizer.tests.datasets.toy_fonts import write_font
from training.decoding import number_lines
from training.decoding.number_lines import KINDS
from training.decoding.score_numbers import main, written


@pytest.fixture(autouse=True)
def font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(number_lines, "font_files", lambda: [write_font(tmp_path)])


@pytest.mark.parametrize("kind", KINDS)
def test_texts_and_images_are_the_same_at_each_call(kind: str) -> None:
    first, second = list(written(kind, 2)), list(written(kind, 2))
    assert [text for text, _ in first] == [text for text, _ in second]
    for (_, image), (_, again) in zip(first, second, strict=True):
        np.testing.assert_array_equal(image, again)


def test_choices_are_made_in_other_fonts() -> None:
    assert list(written("time", 2, fonts=[])) == []


@pytest.mark.slow
def test_each_kind_has_its_share(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--texts", "1", "--decoder", "greedy"]) == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == list(KINDS)
