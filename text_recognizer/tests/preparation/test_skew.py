"""The direction of lines is found to half a degree; what is nearly level counts as level."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer.images.ink import ink_map
from text_recognizer.preparation.skew import MIN_UPRIGHT_GAIN, Direction, find_direction
from text_recognizer.tests.preparation.pages import draw_page


def direction(degrees: float, size: int = 20) -> Direction:
    """Return the direction found in a page that was turned clockwise."""
    page = Image.fromarray(draw_page(size=size))
    turned = page.rotate(-degrees, expand=True, fillcolor=245, resample=Image.Resampling.BICUBIC)
    return find_direction(ink_map(np.asarray(turned)))


@pytest.mark.parametrize("degrees", [-30, -17, -6, 5, 12, 25])
def test_skew_is_found(degrees: int) -> None:
    found = direction(degrees)
    assert found.degrees == pytest.approx(degrees, abs=0.5)
    assert found.upright_gain < MIN_UPRIGHT_GAIN


@pytest.mark.parametrize("degrees", [-2, 0, 2])
@pytest.mark.parametrize("size", [12, 30])
def test_what_is_nearly_level_counts_as_level(degrees: int, size: int) -> None:
    assert direction(degrees, size).degrees == 0


@pytest.mark.parametrize("degrees", [90, -90, 100])
def test_lines_that_run_down_or_up_are_upright(degrees: int) -> None:
    found = direction(degrees)
    assert found.upright_gain > MIN_UPRIGHT_GAIN
    assert found.degrees == pytest.approx(10 if degrees == 100 else 0, abs=0.5)


def test_an_empty_page_has_no_direction() -> None:
    assert find_direction(np.zeros((300, 200), np.float32)) == Direction()


@pytest.mark.parametrize("degrees", [0, 14])
def test_a_single_line_is_turned_by_its_own_slope_alone(degrees: int) -> None:
    line = Image.fromarray(draw_page()[50:90])
    turned = line.rotate(-degrees, expand=True, fillcolor=245, resample=Image.Resampling.BICUBIC)
    assert find_direction(ink_map(np.asarray(turned))).degrees == pytest.approx(degrees, abs=0.6)
