from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation import show_words
from evaluation.show_words import WORDS, main, sheet
from text_recognizer.datasets.words.synthetic_dataset import SyntheticWordsDataset
from text_recognizer.tests import tiny_models
from text_recognizer.word_predictor import WordPredictor


def test_wrong_readings_are_red() -> None:
    images = [np.full((40, 90), 128, np.uint8)] * 3
    picture = np.asarray(sheet(["ab", "AB!", "ab"], images, ["ab", "ab", "abb"]))
    left, middle, right = (
        picture[:, begin : begin + show_words.TILE_PX[0]] for begin in (0, 198, 396)
    )  # the columns
    red = [((tile[..., 0] > 150) & (tile[..., 1] < 90)).any() for tile in (left, middle, right)]
    assert red == [False, False, True]


def test_command_draws_and_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(SyntheticWordsDataset, "load_or_generate_data", lambda _: None)
    monkeypatch.setattr(
        SyntheticWordsDataset, "draw_text", lambda _, text, number: tiny_models.draw_bars("ab")
    )
    assert main([str(tmp_path / "words.png"), "--weights", "tiny_word"]) == 0
    with Image.open(tmp_path / "words.png") as picture:
        assert picture.width > 4 * 190
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == len(WORDS) == 24
    word, reading, confidence = rows[0].split("\t")
    assert word == "farkleberry"
    assert reading == WordPredictor("tiny_word").predict(tiny_models.draw_bars("ab")).text
    assert 0 <= float(confidence) <= 1
    assert {"farkleberry", "turnstiles"} <= set(WORDS)
