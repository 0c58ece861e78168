import re
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.synthetic.fonts import load_font
from text_recognizer.decoding.confidences import is_numeric
from text_recognizer.errors import DataError
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.tests.datasets.toy_fonts import write_font
from training.decoding import number_lines
from training.decoding.number_lines import (
    fitting_fonts,
    number_logits,
    number_text,
    scored_fonts,
    write_number,
)


def test_texts_are_numbers_of_all_kinds() -> None:
    rng = np.random.default_rng(0)
    texts = [number_text(rng) for _ in range(200)]
    assert all(map(is_numeric, texts))
    for kind in (r"\d{1,3}(,\d{3})*\.\d\d", r"\d\d\.\d\d\.\d{4}", r"\d\d:\d\d", r"[A-Z]{1,2}\d+ \d[A-Z]{2}"):
        assert any(re.fullmatch(kind, text) for text in texts), kind


def test_images_show_dark_writing_on_light_paper(tmp_path: Path) -> None:
    image = write_number("12.50", load_font(write_font(tmp_path)), np.random.default_rng(0))
    assert image.dtype == np.uint8
    assert np.median(image) == 255 > 127 > image.min()


def test_logits_are_those_of_the_texts_and_always_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(number_lines, "font_files", lambda: [write_font(tmp_path)])
    predictor = LinePredictor(decoder="greedy")
    first, second = number_logits(predictor, 3), number_logits(predictor, 3)
    assert [line.text for line in first] == [line.text for line in second]
    for line, again in zip(first, second, strict=True):
        assert line.logits.shape[1] == len(predictor.vocabulary)
        np.testing.assert_array_equal(line.logits, again.logits)


def test_without_fonts_there_are_no_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path))
    with pytest.raises(DataError, match="holds no font"):
        number_logits(LinePredictor(decoder="greedy"), 1)


def test_numbers_are_fitted_in_other_fonts_than_they_are_scored_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [write_font(tmp_path, f"font-{number}.woff2") for number in range(5)]
    monkeypatch.setattr(number_lines, "font_files", lambda: files)
    monkeypatch.setattr(number_lines, "SCORED_FONTS", 2)
    scored, fitting = ({font.name for font in fonts()} for fonts in (scored_fonts, fitting_fonts))
    assert (len(scored), len(fitting)) == (2, 3)
    assert not scored & fitting
    monkeypatch.setattr(number_lines, "SCORED_FONTS", 5)
    assert len(fitting_fonts()) == 5, "if there are no others"
