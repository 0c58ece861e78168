"""Lines that are white on mid grey are found; tints, fields of forms, shadows, charts and blots are not."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage
from text_recognizer.preparation.dark_regions import repaint_dark_regions
from text_recognizer.preparation.grey_parts import find_grey_parts
from text_recognizer.tests.preparation.pages import difference, draw_page

GROUNDS = (110, 140, 175)


def with_box(ground: int, box: tuple[int, int, int, int] = (40, 20, 560, 110)) -> Image.Image:
    """Return a white page (260, 640) with a grey box."""
    picture = Image.new("L", (640, 260), 250)
    ImageDraw.Draw(picture).rectangle(box, fill=ground)
    return picture


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", ["see the letter", "ещё раз спасибо"])
def test_light_writing_is_found_with_its_ground(ground: int, text: str) -> None:
    picture = with_box(ground)
    font = ImageFont.load_default(40)
    ImageDraw.Draw(picture).text((70, 40), text, font=font, fill=250)
    found = find_grey_parts(np.asarray(picture), 250)
    assert found[20:111, 40:561].mean() > 0.97
    found[16:116, 36:566] = False
    assert not found.any()


@pytest.mark.parametrize("ground", GROUNDS)
def test_lines_on_a_grey_ground_are_inverted(ground: int) -> None:
    page = draw_page()
    dirty = page.copy()
    strength = (245 - page[90:240].astype(np.float32)) / 220
    dirty[90:240] = np.rint(ground + (250 - ground) * strength.clip(0, 1))
    repainted, boxes = repaint_dark_regions(dirty)
    assert len(boxes) == 1
    assert difference(dirty, page) > 20
    assert difference(repainted, page) < 8


def test_each_part_has_its_own_ground() -> None:
    page = np.vstack([draw_page()] * 2)
    half = len(page) // 2
    dirty = page.copy()
    for top, ground in ((90, 20), (half + 90, 150)):
        strength = (245 - page[top : top + 100].astype(np.float32)) / 220
        dirty[top : top + 100] = np.rint(ground + (250 - ground) * strength.clip(0, 1))
    repainted, boxes = repaint_dark_regions(dirty)
    assert len(boxes) == 2
    assert difference(repainted, page) < 6


def tinted(ground: int) -> GrayImage:
    """Return dark writing on a tint."""
    picture = with_box(ground)
    ImageDraw.Draw(picture).text((70, 40), "Item and price", font=ImageFont.load_default(40), fill=20)
    return np.asarray(picture)


def form(ground: int) -> GrayImage:
    """Return fields of a form, empty and filled in."""
    picture = with_box(ground)
    pen = ImageDraw.Draw(picture)
    for left in (60, 230, 400):
        pen.rectangle((left, 40, left + 140, 90), fill=250)
    pen.text((70, 45), "Mary", font=ImageFont.load_default(36), fill=20)
    return np.asarray(picture)


def chart(ground: int) -> GrayImage:
    """Return bars beside each other."""
    picture = Image.new("L", (640, 260), 250)
    for index in range(15):
        box = (40 + 30 * index, 240 - 13 * (index + 1), 62 + 30 * index, 240)
        ImageDraw.Draw(picture).rectangle(box, fill=ground)
    return np.asarray(picture)


def blots(ground: int) -> GrayImage:
    """Return round blots, two of which overlap."""
    picture = Image.new("L", (640, 260), 250)
    pen = ImageDraw.Draw(picture)
    for left in (40, 120, 400):
        pen.ellipse((left, 60, left + 130, 190), fill=ground)
    return np.asarray(picture)


def shaded(ground: int) -> GrayImage:
    """Return dark writing of which a half lies in a shadow with a hard edge."""
    page = draw_page().astype(np.float32)
    page[:, page.shape[1] // 2 :] *= ground / 250
    return page.astype(np.uint8)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("draw", [tinted, form, chart, blots, shaded])
def test_what_is_no_light_writing_stays(draw: Callable[[int], GrayImage], ground: int) -> None:
    assert not find_grey_parts(draw(ground), 250).any()


def test_writing_alone_stays() -> None:
    assert not find_grey_parts(draw_page(), 245).any()
