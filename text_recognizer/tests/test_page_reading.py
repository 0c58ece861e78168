from collections.abc import Iterator

import numpy as np
import pytest

from text_recognizer import page_reading
from text_recognizer.arrays import InkMap, Reals
from text_recognizer.budget import Budget
from text_recognizer.layout.kernels import KERNEL, kernel_map
from text_recognizer.layout.lines import PageLayout, find_lines
from text_recognizer.page_reading import Beside, Reading, read_lines
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.predictions.types import LinePrediction
from text_recognizer.preprocessing.column_map import ColumnMap

ROWS = (40, 120, 200)  # of the middles of lines


def page() -> tuple[InkMap, PageLayout]:
    """Return ink (H, W) of three lines of strokes, and where they lie."""
    ink, kernels = np.zeros((240, 400), np.float32), np.zeros((240, 400), np.uint8)
    for row in ROWS:
        kernels[row - 8 : row + 8, 40:360] = KERNEL
        for x in range(44, 356, 8):
            ink[row - 12 : row + 12, x : x + 3] = 1.0
    return ink, find_lines(kernels, 1.0, ink.shape)


def read(
    inks: Iterator[InkMap], columns: list[ColumnMap], budget: Budget, language: LanguageChoice
) -> list[LinePrediction]:
    """Read two lines, as if the time did not suffice for more."""
    return [
        LinePrediction(f"line {language}", 0.9) for _, ink in zip(range(2), inks, strict=False) if ink.any()
    ]


def same(points: Reals) -> Reals:
    return points


@pytest.fixture
def all_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn here is no text; let it be taken for some."""
    monkeypatch.setattr(page_reading, "text_probability", lambda *_: 1.0)


def test_what_is_no_text_is_left_out() -> None:
    ink, layout = page()
    assert [line.text for line in read_lines(ink, layout, read, Budget(), "en").texts()] == ["", ""]


@pytest.mark.usefixtures("all_is_text")
def test_lines_that_were_read_in_time_lie_where_they_stand() -> None:
    ink, layout = page()
    reading = read_lines(ink, layout, read, Budget(), "en", sampled=[1])
    assert not reading.complete
    placed = reading.placed(same)
    assert [line.text for line in placed] == ["line en"] * 2
    for line, row in zip(placed, ROWS, strict=False):
        assert line.kind in ("handwriting", "print")
        assert line.region is not None
        assert line.region.y1 < row < line.region.y2
    assert len(reading.samples) == 1


def test_a_page_without_lines_is_read_as_nothing() -> None:
    nothing = find_lines(kernel_map(np.zeros((50, 60), np.uint8)), 1.0, (50, 60))
    reading = read_lines(np.zeros((50, 60), np.float32), nothing, read, Budget(), "auto")
    assert (reading.lines, reading.complete, reading.placed(same)) == ([], True, [])


@pytest.mark.usefixtures("all_is_text")
@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_note_stands_behind_the_lines_that_are_read_before_it(before: int) -> None:
    ink, layout = page()
    note = read_lines(ink, layout, read, Budget(), "fr")
    moved = Beside(before, lambda points: points + (1000.0, 0.0), note)
    placed = read_lines(ink, layout, read, Budget(), "en").placed(same)
    ordered = Reading([], notes=[moved]).with_notes(placed, same)
    texts = ["line en"] * before + ["line fr"] * 2 + ["line en"] * (2 - before)
    assert [line.text for line in ordered] == texts
    region = ordered[before].region
    assert region is not None
    assert region.x1 > 1000
    assert Reading([], notes=[moved]).with_notes([], same) == []
