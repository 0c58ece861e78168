"""Which pale strokes of a page are writing: with a network that reads triangles one way round, and pages."""

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.layout.kernels import kernel_map
from text_recognizer.layout.lines import PageLayout, find_lines
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.preparation.pale_ink import judge_pale_ink
from text_recognizer.preprocessing.writing import WrittenInk
from text_recognizer.tests.preparation.pages import LINES, draw_page

SHAPE = (300, 600)
ROWS = (20, 80, 140, 200)
HEIGHT = 20


def write(ink: InkMap, row: int, strength: float = 0.25, mirrored: bool = False, letters: int = 12) -> None:
    """Draw a line of triangles that are higher on their left, or mirrored."""
    triangle = strength * np.tri(HEIGHT, dtype=np.float32)
    for x in range(40, 40 + 40 * letters, 40):
        ink[row : row + HEIGHT, x : x + HEIGHT] = triangle[:, ::-1] if mirrored else triangle


def find_rows(ink: InkMap) -> PageLayout:
    """Return a layout with a line for each of ROWS that has ink."""
    labels = np.zeros(ink.shape, np.uint8)
    for number, row in enumerate(row for row in ROWS if ink[row : row + HEIGHT].any()):
        columns = np.flatnonzero(ink[row : row + HEIGHT].any(axis=0))
        labels[row : row + HEIGHT, columns[0] : columns[-1] + 1] = 1 + number % 2
    return find_lines(kernel_map(labels), 1.0, ink.shape)


def one_way_round(lines: Sequence[InkMap]) -> float:
    """Return a high legibility for triangles that are as `write` draws them; few ones say nothing."""
    if sum(line.shape[1] for line in lines) < 200:
        return -9.0
    changes = [np.diff((line > 0.3).sum(axis=0)) for line in lines]
    rising = sum(int((change > 2).sum()) - int((change < -2).sum()) for change in changes)
    return -0.1 if rising > 0 else -0.4


def judged(*lines: tuple[int, bool, int]) -> tuple[set[int], bool]:
    """Return which rows are kept of pale lines (row, mirrored, letters), and whether some are unread."""
    ink, pale = np.zeros(SHAPE, np.float32), np.zeros(SHAPE, np.float32)
    write(ink, 250, 1.0)
    for row, mirrored, letters in lines:
        write(pale, row, mirrored=mirrored, letters=letters)
    result = judge_pale_ink(WrittenInk(ink, pale), find_rows, one_way_round)
    assert (result.ink >= ink).all()
    return {row for row in ROWS if result.ink[row : row + HEIGHT].max() > 0.9}, result.unread


def test_without_pale_strokes_the_ink_stays_itself() -> None:
    ink = np.ones(SHAPE, np.float32)
    result = judge_pale_ink(WrittenInk(ink, None), find_rows, one_way_round)
    assert result.ink is ink
    assert not result.unread


def test_lines_that_are_legible_as_they_stand_are_kept_and_made_strong() -> None:
    assert judged((20, False, 12), (80, False, 12)) == ({20, 80}, False)


def test_mirrored_lines_show_through_and_are_left_without_a_word() -> None:
    assert judged((20, True, 12), (80, True, 12)) == (set(), False)


def test_each_line_is_judged_alone() -> None:
    assert judged((20, False, 12), (80, True, 12), (140, False, 12)) == ({20, 140}, False)


@pytest.mark.parametrize(("mirrored", "kept"), [(False, {20, 80}), (True, set())])
def test_a_short_line_is_as_all_others(mirrored: bool, kept: set[int]) -> None:
    assert judged((20, mirrored, 12), (80, False, 2)) == (kept, False)


def test_what_is_legible_neither_way_is_left_and_said() -> None:
    assert judged((20, False, 2)) == (set(), True)
    assert judged((20, False, 12), (80, True, 12), (140, False, 2)) == ({20}, True)


def test_what_has_no_line_is_left_and_said() -> None:
    pale = np.zeros(SHAPE, np.float32)
    write(pale, 50)
    ink = np.zeros(SHAPE, np.float32)
    result = judge_pale_ink(WrittenInk(ink, pale), lambda _: find_rows(ink), one_way_round)
    assert not result.ink.any()
    assert result.unread


@pytest.fixture(scope="module")
def shipped() -> ParagraphTextRecognizer:
    return ParagraphTextRecognizer()


def two_pens(gray: int, chosen: Sequence[int]) -> GrayImage:
    """Return the page of `draw_page`, some of whose lines are paler."""
    image, pitch, margin = draw_page(), 48, 50
    for index in chosen:
        rows = slice(margin + pitch * index, margin + pitch * (index + 1))
        image[rows] = np.round(245 - (245 - image[rows].astype(float)) * (245 - gray) / 220)
    return image


@pytest.mark.slow
@pytest.mark.parametrize(
    ("gray", "chosen"), [(170, (0, 3)), (185, (1, 2, 4)), (200, (5,)), (180, (1, 2, 3, 4, 5))]
)
@pytest.mark.parametrize("quarters", [0, 1, 2])
def test_lines_in_a_paler_pen_are_read(
    shipped: ParagraphTextRecognizer, gray: int, chosen: tuple[int, ...], quarters: int
) -> None:
    page = shipped.predict(np.rot90(two_pens(gray, chosen), quarters))
    assert character_error_rate([page.text], ["\n".join(LINES)]) < 0.02
    assert [warning.code for warning in page.warnings] == (["turned"] if quarters else [])


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.1, 0.15])
def test_what_shows_through_is_not_read_beside_a_paler_pen(
    shipped: ParagraphTextRecognizer, strength: float
) -> None:
    behind = Image.fromarray(draw_page()[:, ::-1]).filter(ImageFilter.GaussianBlur(1.5))
    shade = np.roll(245 - np.asarray(behind).astype(float), 24, axis=0) * strength
    for chosen in ((), (2, 3)):
        image = np.clip(two_pens(180, chosen) - shade, 0, 255).astype(np.uint8)
        page = shipped.predict(image)
        assert character_error_rate([page.text], ["\n".join(LINES)]) < 0.02


@pytest.mark.slow
def test_a_lone_pale_word_is_named_if_it_is_not_read(shipped: ParagraphTextRecognizer) -> None:
    page = Image.fromarray(np.vstack((draw_page(), np.full((80, draw_page().shape[1]), 245, np.uint8))))
    ImageDraw.Draw(page).text((300, 380), "paid", font=ImageFont.load_default(30), fill=185)
    read = shipped.predict(page)
    assert "paid" in read.text or "pale_strokes" in [warning.code for warning in read.warnings]
