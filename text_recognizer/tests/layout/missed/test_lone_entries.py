import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.layout.cutting import cut_out, line_cuts
from text_recognizer.layout.kernels import kernel_map
from text_recognizer.layout.lines import PageLayout, find_lines
from text_recognizer.layout.missed.lone_entries import lone_entries, with_lone_entries
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer

SHAPE = (300, 600)
DIGIT = (420, 108, 438, 132)  # x1, y1, x2, y2; right of the second of three lines


def page(*boxes: tuple[int, int, int, int], lines: int = 3) -> tuple[InkMap, PageLayout]:
    """Return the ink of a page with some lines and boxes, and the layout of the lines alone."""
    ink, labels = np.zeros(SHAPE, np.float32), np.zeros(SHAPE, np.uint8)
    for row in range(lines):
        labels[40 + 60 * row : 80 + 60 * row, 40:240] = 1
        for x in range(42, 236, 24):
            ink[48 + 60 * row : 72 + 60 * row, x : x + 16] = 1
    for x1, y1, x2, y2 in boxes:
        ink[y1:y2, x1:x2] = 1
    return ink, find_lines(kernel_map(labels), 1.0, SHAPE)


def test_a_digit_beside_lines_is_an_entry_and_is_read_after_the_line_on_its_left() -> None:
    ink, layout = page(DIGIT)
    found = with_lone_entries(layout, ink)
    assert [line.region.x1 for line in found.lines] == [40, 40, DIGIT[0], 40]
    digit = found.lines[2]
    assert digit.region.y1 < DIGIT[1] < DIGIT[3] < digit.region.y2
    crop = cut_out(ink, line_cuts(found)[2], 2).ink
    assert crop.sum() == pytest.approx((DIGIT[2] - DIGIT[0]) * (DIGIT[3] - DIGIT[1]))
    for before, after in ((0, 0), (1, 1), (2, 3)):
        assert (
            cut_out(ink, line_cuts(layout)[before], before).ink.sum()
            == cut_out(ink, line_cuts(found)[after], after).ink.sum()
        )


def test_a_word_close_behind_a_line_is_part_of_it() -> None:
    ink, layout = page((262, 108, 300, 132))
    found = with_lone_entries(layout, ink)
    assert len(found.lines) == len(layout.lines)
    assert (found.lines[1].region.x1, found.lines[1].region.x2) == (40, 300)
    assert cut_out(ink, line_cuts(found)[1], 1).ink.sum() == pytest.approx(ink[100:140].sum())


def test_a_number_close_before_a_line_is_a_line_of_its_own() -> None:
    ink, layout = page((2, 108, 20, 132))
    assert len(with_lone_entries(layout, ink).lines) == len(layout.lines) + 1


def test_without_entries_the_layout_is_itself() -> None:
    ink, layout = page()
    assert with_lone_entries(layout, ink) is layout


def test_digits_of_a_number_and_parts_of_a_sign_are_one_entry() -> None:
    ink, layout = page(DIGIT, (443, 108, 461, 132), (500, 100, 518, 104), (500, 108, 518, 132))
    assert sorted(lone_entries(layout, ink).tolist()) == [[420, 108, 461, 132], [500, 100, 518, 132]]


@pytest.mark.parametrize(
    "box",
    [
        (420, 118, 438, 122),  # a dash
        (420, 118, 424, 122),  # a dot
        (420, 20, 424, 280),  # a rule
        (420, 60, 520, 160),  # a drawing
        (360, 108, 560, 132),  # a long word
        (242, 108, 254, 132),  # close to a line, to which it belongs
        (590, 108, 600, 132),  # at the border of the page
    ],
)
def test_what_is_no_lone_character_is_left(box: tuple[int, int, int, int]) -> None:
    ink, layout = page(box)
    assert not len(lone_entries(layout, ink))


def test_many_are_specks_or_a_drawing() -> None:
    specks = [(260 + 40 * x, 20 + 40 * y, 276 + 40 * x, 40 + 40 * y) for x in range(8) for y in range(6)]
    ink, layout = page(*specks)
    assert not len(lone_entries(layout, ink))
    few = [(300 + 60 * x, 60 * y + 48, 316 + 60 * x, 60 * y + 72) for x in range(3) for y in range(3)]
    ink, layout = page(*few)
    assert len(lone_entries(layout, ink)) == 9


def test_a_page_with_nothing_but_a_digit_has_one_line() -> None:
    ink, layout = page(DIGIT, lines=0)
    (line,) = with_lone_entries(layout, ink).lines
    assert line.region.x1 == DIGIT[0]


def test_a_blank_page_has_none() -> None:
    ink, layout = page(lines=0)
    assert with_lone_entries(layout, ink) is layout


def goods_and_numbers(numbers: list[str]) -> GrayImage:
    picture = Image.new("L", (800, 80 + 70 * len(numbers)), 250)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(40)
    for row, number in enumerate(numbers):
        pen.text((60, 40 + 70 * row), ("Apples", "Pears", "Bread", "Butter")[row % 4], font=font, fill=30)
        pen.text((560, 40 + 70 * row), number, font=font, fill=30)
    return np.asarray(picture)


@pytest.mark.slow
def test_numbers_of_one_digit_in_a_column_are_read() -> None:
    numbers = ["5", "8", "3", "2", "25", "9"]
    page = ParagraphTextRecognizer().predict(goods_and_numbers(numbers))
    assert [line.text for line in page.lines][1::2] == numbers


@pytest.mark.slow
def test_a_column_of_nothing_but_digits_is_read_and_not_turned() -> None:
    picture = Image.new("L", (400, 640), 250)
    for row, number in enumerate("583258"):
        ImageDraw.Draw(picture).text((120, 30 + 90 * row), number, font=ImageFont.load_default(48), fill=30)
    page = ParagraphTextRecognizer().predict(np.asarray(picture))
    assert page.text.split("\n") == list("583258")
    assert not page.warnings
