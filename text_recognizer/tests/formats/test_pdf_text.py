"""Words stand on the baseline of their line, as long and as high as their polygons."""

import re
from dataclasses import replace

import pytest

from text_recognizer import PagePrediction
from text_recognizer.formats.glyphless_font import GlyphlessFont
from text_recognizer.formats.pdf_text import text_layer
from text_recognizer.geometry import Points
from text_recognizer.predictions.types import LinePrediction, TextSpan
from text_recognizer.tests.formats.pages import EMPTY, TWO_LINES


def numbers(page: PagePrediction, scale: float = 1.0) -> list[list[float]]:
    """Return size, stretch in percent and matrix of each word."""
    layer = text_layer(page, GlyphlessFont(), scale)
    rows = re.findall(r"/F\d+ (\S+) Tf (\S+) Tz (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) Tm", layer)
    return [[float(number) for number in row] for row in rows]


def page_of(polygon: Points, baseline: Points, text: str = "abcd") -> PagePrediction:
    word = TextSpan(text, 1.0, 0, 1, polygon)
    return PagePrediction((LinePrediction(text, 1.0, None, (word,), (), baseline, polygon),), 400, 300)


LEVEL = page_of(((100, 50), (180, 50), (180, 90), (100, 90)), ((90, 80), (300, 80)))


def test_a_level_word() -> None:
    ((size, stretch, *matrix),) = numbers(LEVEL)
    assert size == 40.0  # 30 above the baseline is what the font has for an em of 40
    assert stretch == 100 * 80 / (4 * 20)  # four letters of half an em
    assert matrix == [1, 0, 0, 1, 100, 300 - 80]


def test_points_per_pixel() -> None:
    ((size, stretch, *_, x, y),) = numbers(LEVEL, 0.5)
    assert (size, stretch, x, y) == (20, 100, 50, 110)


def test_a_word_that_stands_upright_is_turned() -> None:
    polygon, baseline = ((50, 180), (50, 100), (90, 100), (90, 180)), ((80, 190), (80, 20))
    ((size, stretch, *matrix),) = numbers(page_of(polygon, baseline))
    assert (size, stretch) == (40.0, 100.0)
    assert matrix == pytest.approx([0, 1, -1, 0, 80, 300 - 180], abs=1e-4)


def test_words_with_other_boxes_have_other_faces() -> None:
    words = tuple(
        TextSpan("ab", 1.0, x, x + 50, ((x, 70), (x + 50, 70), (x + 50, bottom), (x, bottom)))
        for x, bottom in ((20, 100), (120, 100), (220, 110))
    )
    line = LinePrediction("ab ab ab", 1.0, None, words, (), ((0, 98), (300, 98)), words[0].polygon)
    layer = text_layer(PagePrediction((line,), 400, 300), GlyphlessFont(), 1.0)
    assert re.findall(r"/(F\d+) ", layer) == ["F0", "F0", "F1"]


def test_lines_without_words_or_baselines_have_their_text() -> None:
    font = GlyphlessFont()
    layer = text_layer(TWO_LINES, font, 1.0)
    assert f"<{font.encoded('and a second')}> Tj" in layer
    assert [row[0] for row in numbers(TWO_LINES)] == [40, 40]
    assert "Tj" not in text_layer(EMPTY, font, 1.0)
    assert "Tj" in text_layer(replace(TWO_LINES, width=None, height=None), font, 1.0)


def test_words_that_nearly_touch_are_kept_apart() -> None:
    words = tuple(
        TextSpan("ab", 1.0, x, x + 50, ((x, 70), (x + 50, 70), (x + 50, 100), (x, 100))) for x in (20, 72)
    )
    line = LinePrediction("ab ab", 1.0, None, words, (), ((0, 100), (200, 100)), words[0].polygon)
    (size, stretch, *_), (_, second, *_) = numbers(PagePrediction((line,), 400, 300))
    assert size == 30
    assert stretch == pytest.approx(100 * (52 - 0.2 * 30) / (2 * 15), abs=0.01)
    assert second == pytest.approx(100 * 50 / (2 * 15), abs=0.01)
