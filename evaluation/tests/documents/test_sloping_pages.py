"""Pages slope as they are told, and are the same for the same seed."""

import math

import pytest

from evaluation.documents.sloping_pages import HEIGHT_PX, WIDTH_PX, sloping_page


@pytest.mark.parametrize("degrees", [0, 5, -8])
def test_lines_slope_and_hold_their_words(degrees: float) -> None:
    page = sloping_page(degrees, seed=1)
    assert (page.width, page.height, len(page.lines)) == (WIDTH_PX, HEIGHT_PX, 25)
    for line in page.lines:
        (x1, y1), (x2, y2) = line.baseline
        assert math.degrees(math.atan2(y2 - y1, x2 - x1)) == pytest.approx(degrees, abs=0.1)
        assert line.text == " ".join(word.text for word in line.words)
        starts = [word.x1 for word in line.words]
        assert starts == sorted(starts)
        assert 0 < min(starts) < max(word.x2 for word in line.words) < WIDTH_PX


def test_another_seed_has_other_words() -> None:
    assert sloping_page(0, 1) == sloping_page(0, 1)
    assert sloping_page(0, 1).text != sloping_page(0, 2).text
