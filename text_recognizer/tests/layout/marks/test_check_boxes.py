import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.layout.marks.check_boxes import take_check_boxes
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer

SIDE = 36


def box(pen: ImageDraw.ImageDraw, x: int, y: int, mark: str = "", ink: int = 255, side: int = SIDE) -> None:
    """Draw a box whose upper left corner lies at x, y: empty, or with a tick or a cross."""
    pen.rectangle((x, y, x + side, y + side), outline=ink, width=3)
    if mark == "tick":
        points = [(x + 5, y + side // 2), (x + side // 2, y + side - 6), (x + side + 7, y - 8)]
        pen.line(points, fill=ink, width=4)
    elif mark == "cross":
        pen.line((x + 5, y + 5, x + side - 5, y + side - 5), fill=ink, width=4)
        pen.line((x + side - 5, y + 5, x + 5, y + side - 5), fill=ink, width=4)


def line(text: str, *boxes: tuple[int, str]) -> InkMap:
    """Return the ink (70, 700) of a line with boxes (column, mark)."""
    picture = Image.new("L", (700, 70), 0)
    pen = ImageDraw.Draw(picture)
    pen.text((80, 52), text, font=ImageFont.load_default(40), fill=255, anchor="ls")
    for x, mark in boxes:
        box(pen, x, 18, mark)
    return np.asarray(picture, np.float32) / np.float32(255)


@pytest.mark.parametrize(("mark", "checked"), [("", False), ("tick", True), ("cross", True)])
def test_a_box_is_found_and_taken_out_of_the_line(mark: str, checked: bool) -> None:
    ((x1, x2, has_tick),), rest = take_check_boxes(line("Milk and bread", (20, mark)))
    assert (x1, has_tick) == (20, checked)
    assert 20 + SIDE <= x2 <= 20 + SIDE + 12
    assert np.array_equal(rest, line("Milk and bread"))


def test_boxes_come_from_left_to_right() -> None:
    boxes, rest = take_check_boxes(line("yes", (20, "tick"), (300, ""), (500, "cross")))
    assert [found.checked for found in boxes] == [True, False, True]
    assert np.array_equal(rest, line("yes"))


@pytest.mark.parametrize("text", ["DOB 0868 HEUMNZ", "The Board paid", "a g e R & Q D", "[x] (o) #", ""])
def test_letters_digits_and_brackets_are_no_boxes(text: str) -> None:
    ink = line(text)
    boxes, rest = take_check_boxes(ink)
    assert boxes == []
    assert rest is ink


def test_a_filled_square_and_a_frame_around_words_are_no_boxes() -> None:
    picture = Image.new("L", (700, 90), 0)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((20, 20, 60, 60), fill=255)
    pen.rectangle((200, 10, 500, 80), outline=255, width=3)
    assert take_check_boxes(np.asarray(picture, np.float32) / np.float32(255))[0] == []


def to_do_list(marks: list[str]) -> GrayImage:
    picture = Image.new("L", (600, 60 + 90 * len(marks)), 250)
    pen = ImageDraw.Draw(picture)
    for row, mark in enumerate(marks):
        box(pen, 50, 55 + 90 * row, mark, ink=25)
        text = ("Coffee", "Call Peter", "Pay the rent")[row % 3]
        pen.text((130, 88 + 90 * row), text, font=ImageFont.load_default(40), fill=25, anchor="ls")
    return np.asarray(picture)


@pytest.mark.slow
def test_the_boxes_of_a_list_are_words_of_its_lines() -> None:
    page = ParagraphTextRecognizer().predict(to_do_list(["tick", "", "cross"]))
    assert [line.text.lower() for line in page.lines] == [
        "\u2611 coffee",
        "\u2610 call peter",
        "\u2611 pay the rent",
    ]
    for line in page.lines:
        assert line.words[0].text in "\u2610\u2611"
        assert abs(line.words[0].x1 - 50) <= 3
        assert "".join(character.text for character in line.characters) == line.text
        assert line.region is not None
        assert line.region.x1 <= 53
