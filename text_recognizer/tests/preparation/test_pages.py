"""A page is prepared in one go, and its points lead back to the image."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.budget import Budget
from text_recognizer.preparation import dark_regions, light, pages, paper
from text_recognizer.preparation.homography import Homography
from text_recognizer.preparation.pages import prepare_page
from text_recognizer.preparation.skew import Direction
from text_recognizer.preparation.warping import warp
from text_recognizer.tests.preparation.pages import difference, draw_page


def test_a_clean_page_passes_unchanged() -> None:
    page = draw_page()
    prepared = prepare_page(page)
    assert prepared.image is page
    np.testing.assert_array_equal(prepared.to_original.apply([[3, 4]]), [[3, 4]])


def test_a_clean_page_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[GrayImage] = []
    made = paper.overview

    def spy(image: GrayImage) -> paper.Overview:
        seen.append(image)
        return made(image)

    for module in (pages, paper, light, dark_regions):
        monkeypatch.setattr(module, "overview", spy)
    prepare_page(draw_page())
    assert len(seen) == 1


@pytest.mark.parametrize("degrees", [-25, 11])
def test_a_skew_page_is_levelled_and_its_points_lead_back(degrees: int) -> None:
    page = draw_page(size=20)
    height, width = page.shape
    image = Image.fromarray(page).rotate(
        -degrees, expand=True, fillcolor=245, resample=Image.Resampling.BICUBIC
    )
    there = Homography.rotation(degrees, (width, height), image.size)
    prepared = prepare_page(np.asarray(image))
    # The page is seen through the map as it was drawn: but for what half a degree and interpolation change.
    back = there.then(prepared.to_original.inverse())
    view, _ = warp(prepared.image, back, (width, height))
    assert difference(view, page) < 8
    assert difference(np.roll(view, 12, axis=0), page) > 20


def test_a_sheet_on_a_table_is_cut_out() -> None:
    page = draw_page(size=20)
    height, width = page.shape
    corners = np.array([[90.0, 60], [540, 90], [510, 330], [70, 290]])
    to_page = Homography.between(corners, [[0, 0], [width, 0], [width, height], [0, height]])
    view, outside = warp(page, to_page, (640, 420))
    photo = np.where(outside, 70, view).astype(np.uint8)
    prepared = prepare_page(photo)
    assert prepared.image.min(axis=1)[:3].min() > 150  # no table is left
    np.testing.assert_allclose(
        prepared.to_original.apply([[0, 0], [prepared.image.shape[1], 0]]), corners[:2], atol=6
    )


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_page_maps_back(quarters: int) -> None:
    page = draw_page(size=12)
    turned = prepare_page(page).turned(quarters)
    np.testing.assert_array_equal(turned.image, np.rot90(page, -quarters))
    point = np.array([[20.5, 30.5]])
    x, y = turned.to_original.apply(point)[0].astype(int)
    assert turned.image[30, 20] == page[y, x]


@pytest.mark.slow
@pytest.mark.parametrize("written", [False, True])
def test_oblique_rules_of_the_paper_do_not_turn_the_page(written: bool) -> None:
    page = draw_page(size=24) if written else np.full((700, 640), 245, np.uint8)
    rows, columns = np.indices(page.shape)
    half, long = 0.5, np.sqrt(3) / 2
    places = (columns, half * columns + long * rows, half * columns - long * rows)
    rules = np.min([np.abs(place % 30 - 15) for place in places], axis=0) < 1.3
    prepared = prepare_page(np.where(rules, (0.35 * page).astype(np.uint8), page))
    assert prepared.image.shape == page.shape


def test_the_direction_is_measured_once_where_the_paper_has_no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[InkMap] = []

    def uncertain(ink: InkMap) -> Direction:
        measured.append(ink)
        return Direction(0.0, 1.0)

    monkeypatch.setattr(pages, "find_direction", uncertain)
    assert prepare_page(draw_page()).upright_gain == 1.0
    assert len(measured) == 1


def test_without_time_a_page_stays_as_it_is() -> None:
    page, budget = draw_page(), Budget(seconds=0.0)
    assert prepare_page(page, budget).image is page
    assert budget.unprepared
