"""Pen, paper and degradation of a written line."""

import numpy as np
import pytest

from text_recognizer.datasets.synthetic.fonts import HandwritingFont, load_font
from text_recognizer.datasets.synthetic.line_degradation import ink_of_line
from text_recognizer.datasets.synthetic.line_writing import write_line
from text_recognizer.tests.datasets.toy_fonts import write_font


@pytest.fixture(scope="module")
def font(tmp_path_factory: pytest.TempPathFactory) -> HandwritingFont:
    return load_font(write_font(tmp_path_factory.mktemp("fonts")))


def test_ink_is_in_range_whatever_happens_to_it(font: HandwritingFont) -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        picture, base = write_line("Mr. Fox saw it", font, 6.0, rng)
        ink = ink_of_line(picture, base, font.stroke, rng)
        assert ink.dtype == np.float32
        assert ink.shape[1] == picture.width
        assert 0 <= ink.min() <= ink.max() <= 1
        assert 0.01 < (ink > 0.3).mean() < 0.4, "neither vanished nor flooded"


def test_thin_and_bold_fonts_leave_strokes(font: HandwritingFont) -> None:
    picture, base = write_line("nnnnnnnn", font, 6.0, np.random.default_rng(0))
    shares = [
        (ink_of_line(picture, base, stroke, np.random.default_rng(seed)) > 0.25).mean()
        for stroke in (font.stroke, 0.8 * font.stroke, 1.25 * font.stroke)
        for seed in range(20)
    ]
    assert min(shares) > 0.02
