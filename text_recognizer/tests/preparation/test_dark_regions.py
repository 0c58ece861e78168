"""Black edges disappear, parts that are white on black are inverted, and other pages stay as they are."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from text_recognizer.arrays import GrayImage
from text_recognizer.preparation.dark_regions import find_dark_regions, repaint_dark_regions
from text_recognizer.tests.preparation.pages import difference, draw_page


def with_edge(page: GrayImage, side: str, width: int) -> GrayImage:
    """Return a page (H, W) with a black edge."""
    page = page.copy()
    turns = {"left": 0, "top": 1, "right": 2, "bottom": 3}[side]
    turned = np.rot90(page, turns)  # a view
    turned[:, :width] = 8
    return page


@pytest.mark.parametrize("width", [3, 12, 40])
@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_black_edges_become_paper(side: str, width: int) -> None:
    page = draw_page()
    assert difference(repaint_dark_regions(with_edge(page, side, width))[0], page) < 0.5


def test_a_slanted_edge_becomes_paper() -> None:
    page = draw_page()
    rows, columns = np.indices(page.shape)
    dirty = np.where(columns < 40 - rows / 10, 10, page).astype(np.uint8)
    assert difference(repaint_dark_regions(dirty)[0], page) < 0.5


@pytest.mark.parametrize("rows", [(0, 96), (90, 140), (142, 380)])
def test_a_part_that_is_white_on_black_is_inverted(rows: tuple[int, int]) -> None:
    page = draw_page()
    dirty = page.copy()
    dirty[slice(*rows)] = 255 - page[slice(*rows)]
    assert difference(dirty, page) > 20
    assert difference(repaint_dark_regions(dirty)[0], page) < 4


@pytest.mark.parametrize("ground", [20, 60, 90])
def test_light_lines_on_a_grey_ground_are_inverted(ground: int) -> None:
    page = draw_page()
    dirty = page.copy()
    dirty[90:380, 30:-30] = np.clip(ground + (255.0 - page[90:380, 30:-30]), 0, 255).astype(np.uint8)
    repainted, boxes = repaint_dark_regions(dirty)
    assert len(boxes) == 1
    assert difference(repainted, page) < 8


@pytest.mark.parametrize("thickness", [12, 30])
def test_a_ring_is_not_inverted(thickness: int) -> None:
    picture = Image.new("L", (450, 260), 250)
    ImageDraw.Draw(picture).ellipse((90, 20, 290, 240), outline=20, width=thickness)
    page = np.asarray(picture)
    assert not len(repaint_dark_regions(page)[1])


@pytest.mark.parametrize("size", [12, 30, 60])
def test_a_clean_page_stays_as_it_is(size: int) -> None:
    page = draw_page(size=size)
    assert repaint_dark_regions(page)[0] is page


@pytest.mark.parametrize("height", [60, 120, 200])
def test_a_large_letter_is_not_inverted(height: int) -> None:
    picture = Image.new("L", (450, 260), 250)
    left, right, top, bottom = 60, 60 + height * 9 // 10, 20, 20 + height
    middle = ((left + right) // 2, bottom - 20)
    stroke = [(left, bottom), (left + 8, top), middle, (right - 8, top), (right, bottom)]
    ImageDraw.Draw(picture).line(stroke, fill=20, width=max(9, height // 9), joint="curve")
    page = np.asarray(picture)
    assert repaint_dark_regions(page)[0] is page


def test_a_page_that_is_light_on_dark_everywhere_stays_as_it_is() -> None:
    page = draw_page(paper=20, ink=240)
    assert repaint_dark_regions(page)[0] is page


def test_dim_paper_is_no_edge() -> None:
    page = draw_page()
    light = np.clip(np.linspace(-0.2, 2, page.shape[1]), 0.15, 1)
    dim = (page * light).astype(np.uint8)
    assert not find_dark_regions(dim).edges.any()


def test_writing_that_is_cut_off_is_no_edge() -> None:
    page = draw_page(margin=0)[:, 6:]
    assert repaint_dark_regions(page)[0] is page


@pytest.mark.parametrize("light", [0.2, 0.3, 0.4])
def test_paper_in_a_hard_shadow_is_no_edge(light: float) -> None:
    page = draw_page()
    page[:, page.shape[1] // 2 :] = page[:, page.shape[1] // 2 :] * light
    assert not find_dark_regions(page).edges.any()


@pytest.mark.parametrize(("grey", "grain"), [(8, 3), (30, 12), (60, 25)])
def test_a_dark_edge_with_grain_is_an_edge(grey: int, grain: int) -> None:
    page = draw_page(margin=110)
    strip = np.random.default_rng(3).normal(grey, grain, (len(page), 60))
    page[:, :60] = np.clip(strip, 0, 255)
    assert find_dark_regions(page).edges[:, 2:20].mean() > 0.9
