"""Words of a line share their size and, as far as their boxes reach, their baseline."""

import math

import pytest

from text_recognizer.formats.pdf_words import WordPlace, place_words
from text_recognizer.geometry import Points


def box(x1: int, y1: int, x2: int, y2: int) -> Points:
    return (x1, y1), (x2, y1), (x2, y2), (x1, y2)


def sloping(slope: float, count: int = 8) -> tuple[list[Points], Points]:
    """Return words of 60 by 30 pixels that stand 80 pixels apart, and their baseline."""
    words: list[Points] = []
    for x in range(100, 100 + 80 * count, 80):
        y, drop = round(500 + slope * x), round(60 * slope)
        words.append(((x, y - 22), (x + 60, y - 22 + drop), (x + 60, y + 8 + drop), (x, y + 8)))
    end = 100 + 80 * count
    return words, ((100, round(500 + slope * 100)), (end, round(500 + slope * end)))


def span(place: WordPlace) -> tuple[float, float]:
    return place.y - place.above, place.y + place.below


@pytest.mark.parametrize("slope", [0.02, -0.02])
def test_words_of_a_line_that_slopes_little_have_one_baseline_and_their_boxes(slope: float) -> None:
    polygons, baseline = sloping(slope)
    places = place_words(polygons, baseline)
    assert {place.y for place in places} == {places[0].y}
    assert {place.em for place in places} == {places[0].em}
    for polygon, place in zip(polygons, places, strict=True):
        middle = (polygon[0][1] + polygon[1][1]) / 2, (polygon[2][1] + polygon[3][1]) / 2
        assert span(place) == pytest.approx(middle, abs=1.5)


@pytest.mark.parametrize("slope", [0.09, -0.09])
def test_boxes_of_a_line_that_slopes_more_grow_towards_the_common_baseline(slope: float) -> None:
    polygons, baseline = sloping(slope)
    places = place_words(polygons, baseline)
    drift = abs(slope) * 80 * (len(places) - 1)
    heights = [place.y for place in places]
    assert max(heights) - min(heights) < drift / 2
    assert [place.height for place in places[3:5]] == pytest.approx([30, 30], abs=2)
    assert max(place.height for place in places) < 1.75 * 31
    assert places[0].em > 1.3 * 30  # readers allow for more


def test_a_small_word_does_not_lift_the_others() -> None:
    polygons = [box(0, 70, 60, 110), box(70, 96, 76, 100), box(90, 68, 96, 76), box(110, 70, 200, 110)]
    places = place_words(polygons, ((0, 100), (200, 100)))
    assert places[0].y == places[3].y
    assert span(places[0]) == (70, 110)
    assert {place.em for place in places} == {40}


def test_a_word_that_stands_upright_keeps_its_baseline() -> None:
    (place,) = place_words([((50, 180), (50, 100), (90, 100), (90, 180))], ((80, 190), (80, 20)))
    assert place.angle == pytest.approx(math.pi / 2)
    assert (place.x, place.y, place.length) == (80, 180, 80)
    assert (place.above, place.below) == (30, 10)


def test_a_box_without_height_or_baseline_has_a_pixel() -> None:
    (place,) = place_words([box(10, 20, 10, 20)], ())
    assert (place.height, place.length, place.em) == (1, 1, 1)


def test_words_that_stand_far_apart_have_a_larger_em() -> None:
    near, far = ([box(x, 70, x + 60, 100) for x in (0, 60 + gap)] for gap in (10, 24))
    assert {place.em for place in place_words(near, ((0, 95), (300, 95)))} == {30}
    assert place_words(far, ((0, 95), (300, 95)))[1].em == pytest.approx(40)
    assert {span(place) for place in place_words(far, ((0, 95), (300, 95)))} == {(70, 100)}
