"""Glyphs handed out at random and set in a line."""

import numpy as np
import pytest

from text_recognizer.datasets.emnist.glyphs import GlyphSource, set_line
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets import toy_data

PARTS = toy_data.emnist_parts()


def test_every_letter_gets_a_fresh_glyph() -> None:
    source = GlyphSource(*PARTS["train"], np.random.default_rng(0))  # type: ignore[arg-type]
    glyphs = source.draw("e" * 20)
    assert len({glyph.tobytes() for glyph in glyphs}) == 20


def test_a_class_without_glyphs_is_named() -> None:
    images, labels = PARTS["test"]
    with pytest.raises(DataError, match="'A'"):
        GlyphSource(images[labels != 10], labels[labels != 10].astype(np.int64), np.random.default_rng(0))


def test_overlapping_ink_adds_up_and_saturates() -> None:
    glyphs = np.stack([np.full((28, 28), value, np.uint8) for value in (200, 100, 10)])
    line = set_line(glyphs, 4, 0.5)
    assert line.shape == (28, 112)
    assert line[0, [0, 13, 14, 27, 28, 41, 42, 55, 56, 111]].tolist() == [
        200,
        200,
        255,
        255,
        110,
        110,
        10,
        10,
        0,
        0,
    ]


@pytest.mark.parametrize(("overlap", "step"), [(0.0, 28), (0.33, 19), (0.5, 14)])
def test_overlap_is_a_part_of_the_width(overlap: float, step: int) -> None:
    glyphs = np.zeros((3, 28, 28), np.uint8)
    glyphs[:, :, 0] = 255
    assert np.flatnonzero(set_line(glyphs, 3, overlap)[0]).tolist() == [0, step, 2 * step]
