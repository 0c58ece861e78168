import numpy as np
import pytest
from PIL import Image, ImageDraw

from text_recognizer.kinds.textness import (
    MIN_TEXT_PROBABILITY,
    Strokes,
    are_text,
    strokes_of,
    text_probability,
)
from text_recognizer.predictions.types import LinePrediction


@pytest.mark.parametrize("thickness", [2, 5, 9])
def test_the_thickness_of_strokes_is_measured(thickness: int) -> None:
    picture = Image.new("L", (400, 140))
    pen = ImageDraw.Draw(picture)
    for x in range(20, 360, 60):
        pen.ellipse((x, 20, x + 50, 119), outline=255, width=thickness)
    ink = np.asarray(picture, np.float32) / np.float32(255)
    assert strokes_of(ink).thickness == pytest.approx(1.3 * thickness / 100, rel=0.4)


def test_a_blank_line_has_no_strokes() -> None:
    assert strokes_of(np.zeros((20, 50), np.float32)) == Strokes(0, 0)


@pytest.mark.parametrize(
    ("text", "confidence", "width", "height", "strokes"),
    [
        ("and found the garden gate wide open again.", 0.95, 900, 50, (0.08, 47)),
        ("quelques mots d'une main inconnue", 0.35, 800, 50, (0.07, 40)),
        ("Hello", 0.8, 420, 160, (0.05, 7)),
        ("12", 0.7, 60, 45, (0.1, 2)),
        ("I", 0.9, 20, 60, (0.15, 1)),
    ],
)
def test_writing_is_text(
    text: str, confidence: float, width: int, height: int, strokes: tuple[float, int]
) -> None:
    line = LinePrediction(text, confidence)
    assert text_probability(line, width, height, Strokes(*strokes)) > MIN_TEXT_PROBABILITY


@pytest.mark.parametrize(
    ("text", "confidence", "width", "height", "strokes"),
    [
        ("a", 0.85, 45, 45, (0.7, 1)),  # a stain
        ("D", 0.8, 500, 300, (0.012, 2)),  # a circle
        ("s", 0.4, 850, 250, (0.02, 2)),  # a long curve
        ("at the s i", 0.01, 26, 4, (0.3, 3)),  # the edge of a rule
        ("a is - in - in # i i in in in", 0.23, 900, 30, (0.1, 4)),  # a rule that is bent
        ("B, an", 0.01, 600, 130, (0.2, 9)),  # patches of a photograph
        ("", 1.0, 100, 40, (0.1, 4)),
    ],
)
def test_what_no_pen_wrote_is_no_text(
    text: str, confidence: float, width: int, height: int, strokes: tuple[float, int]
) -> None:
    line = LinePrediction(text, confidence)
    assert text_probability(line, width, height, Strokes(*strokes)) < MIN_TEXT_PROBABILITY


def test_letters_need_strokes_and_a_rule_has_none() -> None:
    ink = np.zeros((40, 300), np.float32)
    ink[20:23] = 1
    assert strokes_of(ink).crossings == 1
    ink[5:35, 20:280:20] = 1
    assert strokes_of(ink).crossings == 13


def are_words(*probabilities: float) -> list[bool]:
    """Tell which lines, each of some words, are text."""
    return are_text(probabilities, ["some words"] * len(probabilities))


def test_doubtful_lines_are_text_beside_sure_ones_alone() -> None:
    assert are_words(0.95, 0.12, 0.08) == [True, True, False]
    assert are_words(0.5, 0.8, 0.7, 0, 0, 0, 0) == [False, True, False, False, False, False, False]
    assert are_words() == []


def test_large_words_of_a_thin_pen_on_a_photographed_sheet_are_text() -> None:
    found = [
        ("Text", 0.54, 1026, 706, (0.028, 11)),
        ("written", 0.29, 1090, 610, (0.053, 18)),
        ("by", 0.88, 449, 439, (0.027, 8)),
        ("hand", 0.83, 1314, 866, (0.039, 15)),
    ]
    probabilities = [
        text_probability(LinePrediction(text, confidence), width, height, Strokes(*strokes))
        for text, confidence, width, height, strokes in found
    ]
    assert all(are_text(probabilities, [text for text, *_ in found]))


def test_lone_words_are_text_where_nothing_else_was_found() -> None:
    assert are_words(0.4) == [True]
    assert are_words(0.67, 0.37, 0.45, 0.26) == [True, True, True, False]
    assert are_words(0.2) == [False]
    assert are_words(0.45, 0.03, 0, 0.2) == [False] * 4, "what else was found says that this is a picture"


def test_single_characters_are_text_where_hardly_anything_else_was_found() -> None:
    assert are_text([0.15], ["7"]) == [True]
    assert are_text([0.13], ["7"]) == [False]
    assert are_text([0.15], ["some words"]) == [False]
    assert are_text([0.2, 0.17, 0.24, 0.12], list("7B31")) == [True, True, True, False]
    assert are_text([0.2, 0.17, 0.1, 0.12], list("7B31")) == [False] * 4
