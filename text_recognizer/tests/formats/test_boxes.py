import pytest

from text_recognizer.formats.boxes import line_boxes, page_box, union, word_box
from text_recognizer.geometry import Region
from text_recognizer.types import LinePrediction, PagePrediction, TextSpan

LINES = (LinePrediction("a", 0.5, Region(10, 20, 110, 60)), LinePrediction("b", 0.5))


def test_the_page_is_its_image_or_else_holds_all_lines() -> None:
    assert page_box(PagePrediction(LINES, 300, 200)) == Region(0, 0, 300, 200)
    assert page_box(PagePrediction(LINES)) == Region(0, 0, 110, 60)
    assert page_box(PagePrediction(())) == Region(0, 0, 0, 0)


def test_a_line_without_a_region_is_the_whole_page() -> None:
    boxes = line_boxes(PagePrediction(LINES, 300, 200))
    assert boxes == [Region(10, 20, 110, 60), Region(0, 0, 300, 200)]
    assert union(boxes) == Region(0, 0, 300, 200)
    assert union(boxes[:1]) == boxes[0]


@pytest.mark.parametrize(
    ("x1", "x2", "expected"),
    [(20, 50, (20, 50)), (0, 50, (10, 50)), (90, 200, (90, 110)), (30, 30, (30, 31)), (500, 600, (109, 110))],
)
def test_a_word_stays_within_its_line_and_is_never_empty(x1: int, x2: int, expected: tuple[int, int]) -> None:
    box = word_box(TextSpan("word", 0.5, x1, x2), Region(10, 20, 110, 60))
    assert box == Region(expected[0], 20, expected[1], 60)
