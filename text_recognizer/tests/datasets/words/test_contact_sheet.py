from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.datasets.words import synthetic_dataset
from text_recognizer.datasets.words.contact_sheet import beside, main, word_sheet
from text_recognizer.datasets.words.lexicon import split_lexicon
from text_recognizer.tests.datasets.toy_fonts import write_font
from text_recognizer.tests.datasets.words.test_lexicon import COUNTS


@pytest.fixture(autouse=True)
def font_and_lexicon(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_font(data_root / "raw" / "word_fonts")
    monkeypatch.setattr(synthetic_dataset, "load_lexicons", lambda: split_lexicon(COUNTS))


def test_words_are_fitted_into_rows() -> None:
    sheet = np.asarray(word_sheet([np.full((20, 30 * i), 255, np.uint8) for i in range(1, 6)], 3))
    assert sheet.shape == (2 * 54 + 6, 3 * 176 + 6)
    assert (sheet[30, 6:78] == 255).all(), "48 rows high"
    assert (sheet[6 + 54 : 6 + 54 + 22, 6:176] == 255).all(), "170 columns wide"
    assert (sheet[-20:, -100:] == 110).all()


def test_two_sheets_stand_side_by_side() -> None:
    both = beside(Image.new("L", (10, 30)), Image.new("L", (20, 10)))
    assert both.size == (36, 30)


def test_the_command_shows_generated_beside_real_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    real = tmp_path / "real"
    real.mkdir()
    rows = []
    for i in range(6):
        Image.new("L", (60, 20), 250).save(real / f"{i}.png")
        rows.append(f"{i}.png\tword\n")
    (real / "labels.tsv").write_text("".join(rows))
    alone, both = tmp_path / "alone.png", tmp_path / "both.png"
    assert main([str(alone), "--count", "6"]) == 0
    assert main([str(both), "--count", "6", "--real", str(real)]) == 0
    with Image.open(alone) as first, Image.open(both) as second:
        assert second.width == 2 * first.width + 6
        assert np.asarray(second)[10, -25:-10].max() == 110
        assert (np.asarray(second)[10, first.width + 20 : first.width + 60] == 250).all()
    assert len(capsys.readouterr().out.splitlines()[0].split()) == 7
    assert main([str(both), "--count", "7", "--real", str(real)]) == 1
    assert "has 7 words; it has 6" in caplog.text
