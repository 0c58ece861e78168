import numpy as np
import pytest
from PIL import ImageFont

from evaluation.robustness.layouts import LAYOUTS


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in LAYOUTS if name not in ("lines-100", "lines-150")])
def test_each_draws_its_lines_within_the_page(name: str, face: ImageFont.FreeTypeFont) -> None:
    page = LAYOUTS[name].page(0, face)
    height, width = page.load().shape
    assert len(page.lines) == len(page.regions) > 0
    assert all(0 <= box.x1 < box.x2 <= width and 0 <= box.y1 < box.y2 <= height for box in page.regions)
    again, other = (LAYOUTS[name].page(index, face) for index in (0, 1))
    assert (page.id, page.lines, page.regions) == (again.id, again.lines, again.regions)
    assert page.id != other.id


@pytest.mark.parametrize(("name", "count"), [("lines-150", 150), ("words-2", 2), ("table-ruled", 15)])
def test_as_many_lines_as_the_name_says(name: str, count: int, face: ImageFont.FreeTypeFont) -> None:
    assert len(LAYOUTS[name].page(0, face).lines) == count


def test_columns_are_read_one_after_the_other(face: ImageFont.FreeTypeFont) -> None:
    boxes = LAYOUTS["columns"].page(0, face).regions
    half = len(boxes) // 2
    assert max(box.x2 for box in boxes[:half]) < min(box.x1 for box in boxes[half:])
    heading, *below = LAYOUTS["heading"].page(0, face).regions
    assert all(box.y1 > heading.y2 for box in below)
    *above, footer = LAYOUTS["footer"].page(0, face).regions
    assert all(box.y2 < footer.y1 for box in above)


def test_what_stands_side_by_side_is_read_from_the_left(face: ImageFont.FreeTypeFont) -> None:
    left, right, *_ = LAYOUTS["side-by-side"].page(0, face).regions
    assert left.x2 < right.x1
    assert abs(left.y2 - right.y2) < 30
    *text, first, second = LAYOUTS["marginal-note"].page(0, face).regions
    assert min(first.x1, second.x1) > max(box.x2 for box in text)


def test_an_upright_note_is_higher_than_wide_and_lies_where_its_box_says(
    face: ImageFont.FreeTypeFont,
) -> None:
    sides = set()
    for index in range(6):
        page = LAYOUTS["upright-note"].page(index, face)
        *text, note = page.regions
        assert note.y2 - note.y1 > 4 * (note.x2 - note.x1)
        on_left = note.x2 < min(box.x1 for box in text)
        assert on_left or note.x1 > max(box.x2 for box in text)
        sides.add(on_left)
        ink = page.load() < 128
        beside = ink[:, : text[0].x1 - 4] if on_left else ink[:, max(box.x2 for box in text) + 4 :]
        assert ink[note.y1 : note.y2, note.x1 : note.x2].sum() >= 0.95 * beside.sum() > 0
    assert sides == {True, False}


def test_only_the_ruled_table_has_rules(face: ImageFont.FreeTypeFont) -> None:
    ruled, bare = (LAYOUTS[name].page(0, face).load() for name in ("table-ruled", "table-open"))
    assert ((ruled < 128).mean(axis=1) > 0.8).sum() == 6 * 3
    assert ((bare < 128).mean(axis=1) > 0.8).sum() == 0
    assert np.unique(bare).size > 2


def test_one_pen_is_paler_than_the_other(face: ImageFont.FreeTypeFont) -> None:
    page = LAYOUTS["two-pens"].page(0, face)
    image = page.load()
    darkest = np.array([image[box.y1 : box.y2, box.x1 : box.x2].min() for box in page.regions])
    pale = darkest > 150
    assert 0 < pale.sum() <= len(darkest) // 2
    assert darkest[~pale].max() < 100
