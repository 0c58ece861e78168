import pytest

from text_recognizer.formats.boxes import (
    image_name,
    line_box,
    line_polygon,
    page_box,
    points_text,
    text_angle,
    union,
    word_box,
    word_polygon,
    written_lines,
)
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction, TextSpan
from text_recognizer.tests.formats.pages import SLOPING

LINES = (LinePrediction("a", 0.5, Region(10, 20, 110, 60)), LinePrediction("b", 0.5))


def test_the_page_is_its_image_or_else_holds_all_lines() -> None:
    assert page_box(PagePrediction(LINES, 300, 200)) == Region(0, 0, 300, 200)
    assert page_box(PagePrediction(LINES)) == Region(0, 0, 110, 60)
    assert page_box(PagePrediction(())) == Region(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("end", "angle"), [((90, 10), None), ((90, -60), None), ((5, -80), 90), ((0, 80), 270), ((-90, 0), 180)]
)
def test_text_that_does_not_run_to_the_right_has_an_angle(end: tuple[int, int], angle: int | None) -> None:
    found = text_angle(((0, 0), end))
    assert found == (None if angle is None else pytest.approx(angle, abs=4))


def test_a_line_without_a_region_is_the_whole_page() -> None:
    page = page_box(PagePrediction(LINES, 300, 200))
    boxes = [line_box(line, page) for line in LINES]
    assert boxes == [Region(10, 20, 110, 60), Region(0, 0, 300, 200)]
    assert union(boxes) == Region(0, 0, 300, 200)
    assert union(boxes[:1]) == boxes[0]


def test_polygons_come_before_regions_and_columns() -> None:
    (line, blank) = SLOPING.lines
    page = page_box(SLOPING)
    assert line_polygon(line, page) == line.polygon
    assert line_box(line, page) == Region(20, 20, 220, 74)
    assert [word_box(word, page) for word in line.words] == [Region(24, 22, 80, 58), Region(110, 31, 210, 71)]
    assert word_polygon(line.words[0], page) == line.words[0].polygon
    assert word_polygon(TextSpan("a", 0.5, 3, 7), Region(0, 0, 9, 9)) == ((3, 0), (7, 0), (7, 9), (3, 9))
    assert written_lines(SLOPING) == [line]
    assert not blank.text


@pytest.mark.parametrize(
    ("image", "name"),
    [(None, "image"), ("", "image"), ("a/b c.png", "b c.png"), ("-", "-"), ("a\n.png", "a .png")],
)
def test_an_image_is_named_without_its_folder(image: str | None, name: str) -> None:
    assert image_name(PagePrediction((), image=image)) == name


def test_points_lie_on_the_page() -> None:
    assert points_text(((-3, 4), (5, -6))) == "0,4 5,0"


@pytest.mark.parametrize(
    ("x1", "x2", "expected"),
    [(20, 50, (20, 50)), (0, 50, (10, 50)), (90, 200, (90, 110)), (30, 30, (30, 31)), (500, 600, (109, 110))],
)
def test_a_word_stays_within_its_line_and_is_never_empty(x1: int, x2: int, expected: tuple[int, int]) -> None:
    box = word_box(TextSpan("word", 0.5, x1, x2), Region(10, 20, 110, 60))
    assert box == Region(expected[0], 20, expected[1], 60)
