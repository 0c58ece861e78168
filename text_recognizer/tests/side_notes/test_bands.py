import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage
from text_recognizer.geometry import Region
from text_recognizer.side_notes.bands import find_bands
from text_recognizer.tests.side_notes.pages import NOTE, SIZE, TEXT, ink_of, text_page, with_note


@pytest.mark.parametrize("upwards", [True, False])
@pytest.mark.parametrize("x", [50, 770])
def test_a_note_is_a_band_and_nothing_else_is(upwards: bool, x: int) -> None:
    page = text_page()
    noted = ink_of(with_note(page, upwards, x, 100))
    (band,) = find_bands(noted)
    assert band.of(noted).sum() == pytest.approx((noted - ink_of(page)).sum(), rel=0.01)
    band.erase(noted)
    assert np.abs(noted - ink_of(page)).max() < 0.1


def test_lines_beside_each_other_are_one_band() -> None:
    noted = ink_of(with_note(text_page(left=140), True, 40, 80, (NOTE, "of last Monday")))
    (band,) = find_bands(noted)
    assert band.box.width > 50
    assert band.of(noted).sum() == pytest.approx((noted - ink_of(text_page(left=140))).sum(), rel=0.01)


def test_a_line_that_goes_on_behind_a_gap_belongs_to_its_neighbours() -> None:
    page = with_note(
        text_page(TEXT * 3, left=140), True, 40, 60, ("a note that is as long as the page here is",)
    )
    for y in (60, 300):
        page = with_note(page, True, 80, y, ("is a shorter note",))
    (band,) = find_bands(ink_of(page))
    assert band.box.height > 400


def rule(page: GrayImage) -> None:
    page[20:-20, 60:64] = 30


def binding(page: GrayImage) -> None:
    page[:, :34] = 60


def numbers(page: GrayImage) -> None:
    picture = Image.fromarray(page)
    for row in range(6):
        place = (40, 30 + 64 * row)
        ImageDraw.Draw(picture).text(place, f"{row + 1}", font=ImageFont.load_default(SIZE), fill=30)
    page[:] = np.asarray(picture)


@pytest.mark.parametrize("add", [rule, binding, numbers])
def test_rules_bindings_and_numbers_are_none(add: object) -> None:
    page = text_page().copy()
    assert callable(add)
    add(page)
    assert find_bands(ink_of(page)) == []


def test_a_page_on_its_side_has_none_and_neither_has_paper() -> None:
    assert find_bands(np.ascontiguousarray(np.rot90(ink_of(text_page())))) == []
    assert find_bands(np.zeros((400, 300), np.float32)) == []


def test_ink_within_the_box_of_a_band_may_belong_to_others() -> None:
    page = text_page().copy()
    page[250:254, :400] = 30  # a rule through the note
    noted = ink_of(with_note(page, True, 50, 100))
    noted[250:254, :400] = 1
    bands = find_bands(noted)
    for band in bands:
        band.erase(noted)
    assert noted[250:254, 100:400].min() == 1
    assert all(isinstance(band.box, Region) for band in bands)
