from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.datasets.files.labels import read_labels
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_fonts import write_font
from training.chores import draw_lines
from training.chores.draw_lines import main
from training.fine_tuning.other_lines import DRAWN_LINES


@pytest.mark.slow
def test_lines_and_their_texts_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path))
    monkeypatch.setattr(draw_lines, "LINES", 4)
    assert main(["--output", str(tmp_path / "out")]) == 1, "there are no fonts"
    write_font(tmp_path / "raw" / "handwriting_fonts")
    assert main(["--output", str(tmp_path / "out")]) == 0
    rows = read_labels(tmp_path / "out")
    assert len(rows) == 4
    assert rows[0][1] == "The boat came back with the evening tide."
    image = np.asarray(Image.open(tmp_path / "out" / rows[0][0]).convert("L"))
    assert image.shape[0] == 40
    assert image.min() < 100
    assert np.median(image) > 200


def test_those_of_the_repository_are_small_and_labelled() -> None:
    rows = read_labels(DRAWN_LINES)
    assert len(rows) == draw_lines.LINES
    assert sum((DRAWN_LINES / name).stat().st_size for name, _ in rows) < 200_000


def test_missing_fonts_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path))
    monkeypatch.delenv("TEXT_RECOGNIZER_MIRROR", raising=False)
    with pytest.raises(DataError, match="font"):
        draw_lines.draw(tmp_path)
