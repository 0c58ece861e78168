"""Drawn strokes at known distances: wide and narrow lines get the same spacing of strokes."""

import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.preprocessing.lines import ink_to_line
from text_recognizer.preprocessing.width_normalization import width_factor


def strokes(spacing: float, number: int = 40, height: int = 64, gap: float = 0.0) -> InkMap:
    """Draw upright strokes `spacing` heights apart, two words of them with `gap` heights more in between."""
    starts = np.arange(number) * spacing * height + (np.arange(number) >= number // 2) * gap * height
    ink = np.zeros((height, round(starts[-1]) + 4), np.float32)
    for start in np.round(starts).astype(int):
        ink[:, start : start + 4] = 1
    return ink


def factor(ink: InkMap) -> float:
    """Return the factor of a line that has enough strokes."""
    found = width_factor(ink)
    assert found is not None
    return found


@pytest.mark.parametrize("height", [32, 64, 150])
def test_factor_is_the_ratio_of_two_spacings(height: int) -> None:
    narrow, wide = factor(strokes(0.2, height=height)), factor(strokes(0.4, height=height))
    assert narrow == pytest.approx(2 * wide, rel=0.05)
    assert wide < 1 < narrow


def test_factor_is_limited() -> None:
    assert 0.5 <= factor(strokes(3.0)) < 0.6
    assert factor(strokes(0.1)) == pytest.approx(1.4)


def test_gap_between_words_hardly_counts() -> None:
    assert factor(strokes(0.3, gap=4.0)) == pytest.approx(factor(strokes(0.3)), rel=0.05)


@pytest.mark.parametrize(
    "ink",
    [np.zeros((40, 300)), np.ones((1, 1)), np.ones((50, 3)), np.ones((2, 900)), strokes(0.5, number=7)],
)
def test_too_few_strokes_tell_no_factor(ink: InkMap) -> None:
    assert width_factor(ink.astype(np.float32)) is None


def test_a_few_letters_keep_their_width_and_get_margins_above_and_below() -> None:
    few = strokes(0.5, number=5)
    line, plain = ink_to_line(few, normalize=True), ink_to_line(few)
    assert line.shape == plain.shape
    assert not line[:3].any()
    assert not line[-3:].any()
    assert plain[0].any()


def test_wide_and_narrow_writing_get_the_same_width() -> None:
    widths = [ink_to_line(strokes(spacing), normalize=True).shape[1] for spacing in (0.19, 0.27, 0.38)]
    assert max(widths) < 1.05 * min(widths)
    plain = [ink_to_line(strokes(spacing)).shape[1] for spacing in (0.19, 0.38)]
    assert plain[1] > 1.9 * plain[0] - 64
