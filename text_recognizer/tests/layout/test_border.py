import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.layout.border import cut_lines
from text_recognizer.tests.layout.label_maps import find_lines, page

SHAPE = (200, 300)


def cut(*boxes: tuple[int, int, int, int], ink: InkMap | None = None) -> list[int]:
    """Return which lines, as high as their boxes, are cut where the boxes are inked throughout."""
    labels = page(*boxes, shape=SHAPE)
    shown = (labels > 0).astype(np.float32) if ink is None else ink
    return cut_lines(shown, find_lines(labels, 1.0, SHAPE))


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([(20, 20, 280, 40), (20, 60, 280, 80)], []),
        ([(0, 20, 280, 40), (0, 60, 280, 80), (20, 100, 280, 120)], [0, 1]),
        ([(20, 20, 300, 40), (20, 60, 280, 80), (20, 100, 300, 120)], [0, 2]),
        ([(0, 20, 280, 40), (20, 60, 280, 80)], []),  # one line alone may be what the image was cut to
        ([(20, 0, 280, 20), (20, 60, 280, 80)], [0]),
        ([(20, 60, 280, 80), (20, 180, 280, 200)], [1]),
    ],
)
def test_lines_that_run_into_the_border_are_cut(
    boxes: list[tuple[int, int, int, int]], expected: list[int]
) -> None:
    assert cut(*boxes) == expected


def test_lines_that_end_near_the_border_are_whole() -> None:
    boxes = (4, 20, 280, 40), (4, 60, 280, 80), (20, 4, 280, 16)
    assert cut(*boxes) == []


def test_a_few_strokes_that_touch_the_upper_border_are_ascenders() -> None:
    box = (20, 2, 280, 22)
    ink = (page(box, shape=SHAPE) > 0).astype(np.float32)
    ink[:2, 40:60] = 1
    assert cut(box, ink=ink) == []
