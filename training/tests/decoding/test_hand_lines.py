"""Validation lines of several sets, in groups that are pages."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.datasets.iam.form import FormLine
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.tests import tiny_models
from training.decoding import hand_lines
from training.decoding.hand_lines import PAGE_LINES, pages, validation_sets
from training.decoding.line_logits import LineLogits


def test_each_set_gives_its_validation_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))
    for name, split in (("letters", "validation"), ("others", "train")):
        folder = tmp_path / "data" / "raw" / "many_hands" / name
        folder.mkdir(parents=True)
        (folder / "source.tsv").write_text("")
        Image.fromarray(tiny_models.draw_bars("ab")).save(folder / "1.png")
        (folder / "labels.tsv").write_text("1.png\tab\n")
        (folder / "splits").mkdir()
        (folder / "splits" / f"{split}.txt").write_text("1.png\n")
    image = tmp_path / "line.png"
    Image.fromarray(tiny_models.draw_bars("ba")).save(image)
    monkeypatch.setattr(hand_lines, "validation_lines", lambda _: [FormLine("i-1", "ba", None, (), image)])
    weights = tiny_models.write_line_artifact(tmp_path / "weights", [0.25, 0.75], "ab")
    found = dict(validation_sets(LinePredictor(weights, tmp_path / "weights")))
    assert {name: [(line.id, line.text) for line in lines] for name, lines in found.items()} == {
        "iam": [("i-1", "ba")],
        "letters": [("letters/1.png", "ab")],
    }
    assert found["letters"][0].logits.shape[1] == 3


def test_the_last_page_may_be_shorter() -> None:
    lines = [LineLogits(str(number), "", np.zeros((1, 2), np.float32)) for number in range(PAGE_LINES + 1)]
    assert [[line.id for line in page] for page in pages(lines)] == [[*map(str, range(PAGE_LINES))], ["15"]]
