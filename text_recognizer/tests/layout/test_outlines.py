"""Lines of bars whose places are known."""

import numpy as np
import pytest

from text_recognizer.geometry import Region
from text_recognizer.layout.crops import LineCrop
from text_recognizer.layout.lines import TextLine
from text_recognizer.layout.outlines import LineOutline, outline

LINE = TextLine(Region(100, 80, 500, 120), slope=0.1, middle=70.0, above=20.0, below=20.0)
TOP, LEFT = -30, 90
BASELINE = 12  # rows below the middle at column 300, where the drawn baseline crosses LINE's


def drawn(*bars: tuple[int, int, int, int], extra_slope: float = 0.0) -> LineOutline:
    """Return the outline of bars (x1, first row, x2, row behind the last), rows counted from the middle."""
    ink = np.zeros((60, 420), np.float32)
    for x1, top, x2, bottom in bars:
        for x in range(x1, x2):
            shift = round(extra_slope * (x - 300))
            ink[top + shift - TOP : bottom + shift - TOP, x - LEFT] = 1
    return outline(LineCrop(ink, TOP), LEFT, LINE)


def test_a_polygon_is_as_high_as_its_ink_and_follows_the_slope() -> None:
    word, letter, gap = drawn((120, -15, 160, 13), (200, -5, 240, 18)).polygons(
        [[120, 160], [200, 220], [170, 190]]
    )
    middle = LINE.middle_at(np.array([120, 160]))
    assert word.tolist() == [
        [120, middle[0] - 15],
        [160, middle[1] - 15],
        [160, middle[1] + 13],
        [120, middle[0] + 13],
    ]
    assert np.ptp(letter[[0, 3], 1]) == 23
    assert np.ptp(gap[[0, 3], 1]) == LINE.height  # no ink: as high as the line


@pytest.mark.parametrize("span", [[0, 10], [90, 90], [505, 510], [600, 700], [-5, 95]])
def test_spans_outside_of_the_ink_have_polygons_too(span: list[int]) -> None:
    (polygon,) = drawn((120, -15, 160, 13)).polygons([span])
    assert polygon[:, 0].tolist() == [span[0], span[1], span[1], span[0]]
    assert np.isfinite(polygon).all()


def test_no_spans_have_no_polygons() -> None:
    assert drawn().polygons([]).shape == (0, 4, 2)
    assert drawn().inked_words([]).shape == (0, 2)


def test_words_reach_from_their_first_ink_to_their_last() -> None:
    line = drawn((120, -15, 160, 13), (180, -15, 240, 13))
    assert line.inked_words([[128, 165], [172, 233]]).tolist() == [[120, 160], [180, 240]]
    assert line.inked_words([[300, 330]]).tolist() == [[300, 330]]  # no ink there
    # Ink further away than half the height of the line is another thing.
    assert line.inked_words([[185, 205]])[0].tolist() == [180, 225]


def test_the_polygon_of_a_line_holds_its_box_and_all_ink() -> None:
    polygon = drawn((95, -28, 160, 13), (470, -10, 505, 25)).polygon()
    assert polygon[:, 0].tolist() == [95, 505, 505, 95]
    assert (polygon[:, 1] - LINE.middle_at(polygon[:, 0])).tolist() == [-28, -28, 25, 25]
    assert drawn().polygon()[:, 0].tolist() == [100, 500, 500, 100]


@pytest.mark.parametrize("extra_slope", [0.0, 0.03, -0.04])
def test_the_baseline_passes_below_most_letters_in_spite_of_descenders(extra_slope: float) -> None:
    letters = [(x, -10 - 8 * (x % 3), x + 10, BASELINE) for x in range(105, 480, 14)]
    descenders = [(x + 4, 0, x + 8, BASELINE + 14) for x in range(119, 480, 70)]
    (x1, y1), (x2, y2) = drawn(*letters, *descenders, extra_slope=extra_slope).baseline()
    assert (x1, x2) == (100, 500)
    for x, y in ((x1, y1), (x2, y2)):
        wanted = LINE.middle_at(np.array(x)) + BASELINE + extra_slope * (x - 300)
        assert y == pytest.approx(float(wanted), abs=2)


def test_a_line_without_ink_stands_on_its_lower_edge() -> None:
    np.testing.assert_allclose(drawn().baseline(), [[100, 100], [500, 140]])


def test_the_outline_of_a_reduced_page_lies_on_the_page() -> None:
    ink = np.zeros((30, 210), np.float32)
    ink[8:21, 15:35] = 1
    (word,) = outline(LineCrop(ink, TOP // 2), LEFT, LINE, factor=2).inked_words([[125, 155]])
    assert word.tolist() == [120, 160]
    (polygon,) = outline(LineCrop(ink, TOP // 2), LEFT, LINE, factor=2).polygons([word])
    assert polygon[:, 1].tolist() == (LINE.middle_at(polygon[:, 0]) + [-14, -14, 12, 12]).tolist()


def test_a_line_of_one_column_has_a_baseline() -> None:
    (_, y1), (_, y2) = drawn((300, -5, 301, 9)).baseline()
    assert (y2 - y1) / 400 == pytest.approx(LINE.slope)
