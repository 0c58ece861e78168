"""Hard shadows disappear, faint ink gets strong, and other pages stay as they are."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.preparation.light import _enlarged, even_light
from text_recognizer.tests.preparation.pages import difference, draw_page


def shaded(page: GrayImage, slope: float, light: float) -> GrayImage:
    """Return a page (H, W) with a shadow to the right of a line."""
    rows, columns = np.indices(page.shape)
    return np.where(columns > page.shape[1] * 0.55 + slope * rows, page * light, page).astype(np.uint8)


def with_grain(page: GrayImage, deviation: float) -> GrayImage:
    """Return a page (H, W) on grainy paper."""
    return np.clip(page + np.random.default_rng(4).normal(0, deviation, page.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("slope", [0.0, 0.4])
@pytest.mark.parametrize("light", [0.7, 0.45])
def test_a_hard_shadow_disappears(slope: float, light: float) -> None:
    page = draw_page()
    dirty = shaded(page, slope, light)
    assert difference(dirty, page) > 15
    assert difference(even_light(dirty), page) < 5


@pytest.mark.parametrize("breadth", [0.2, 0.4])
@pytest.mark.parametrize("slope", [-0.3, 0.4])
def test_a_soft_shadow_disappears(breadth: float, slope: float) -> None:
    page = draw_page()
    rows, columns = np.indices(page.shape)
    place = (columns + slope * rows) / page.shape[1] - 0.4
    dirty = with_grain((page * (1 - 0.5 * np.clip(place / breadth + 0.5, 0, 1))).astype(np.uint8), 3.0)
    assert difference(dirty, page) > 30
    assert difference(even_light(dirty), page) < 13


def test_a_dark_picture_on_a_page_is_no_shadow() -> None:
    page = draw_page()
    page[60:160, 80:230] = 90
    assert even_light(page) is page


@pytest.mark.parametrize("contrast", [0.06, 0.1])
@pytest.mark.parametrize("grain", [0.0, 1.0])
def test_faint_ink_gets_strong(contrast: float, grain: float) -> None:
    page = draw_page()
    faint = with_grain((240 - (245 - page.astype(float)) * contrast).astype(np.uint8), grain)
    clear = even_light(faint)
    ink = page < 100
    assert np.median(clear[ink]) < 0.7 * np.median(clear[~ink])
    assert np.percentile(clear[page > 240], 5) > 0.9 * np.median(clear[~ink])


@pytest.mark.parametrize("size", [12, 30, 60])
@pytest.mark.parametrize("grain", [0.0, 3.0])
def test_a_clear_page_stays_as_it_is(size: int, grain: float) -> None:
    page = with_grain(draw_page(size=size), grain)
    assert even_light(page) is page


def test_uneven_light_without_an_edge_stays_as_it_is() -> None:
    page = draw_page()
    dim = (page * np.linspace(1, 0.4, page.shape[1])).astype(np.uint8)
    assert even_light(dim) is dim


@pytest.mark.parametrize("grain", [0.0, 2.0, 8.0])
def test_an_empty_page_stays_as_it_is(grain: float) -> None:
    page = with_grain(np.full((500, 400), 230, np.uint8), grain)
    assert even_light(page) is page


def test_light_writing_on_a_dark_page_stays_as_it_is() -> None:
    page = draw_page(paper=20, ink=240)
    assert even_light(page) is page


@pytest.mark.parametrize("contrast", [1.0, 0.08])
def test_a_large_page_is_lit_in_strips(contrast: float) -> None:
    page = np.tile(draw_page(), (3, 3))
    dirty = (240 - (245 - page.astype(np.float32)) * contrast).astype(np.uint8)
    if contrast == 1:
        dirty = shaded(dirty, 0.0, 0.5)
    tracemalloc.start()
    try:
        assert even_light(dirty) is not dirty
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert page.size > 1_500_000
    assert peak < 8 * page.size  # as real numbers, the page and its paper took 16 bytes a pixel


@pytest.mark.parametrize(("factor", "height", "width"), [(1, 601, 450), (2, 401, 300), (7, 151, 100)])
def test_paper_enlarged_in_strips_is_that_enlarged_at_once(factor: int, height: int, width: int) -> None:
    values = np.random.default_rng(0).uniform(0, 255, (height, width)).astype(np.float32)
    shape = height * factor - factor // 2, width * factor - factor // 3
    size = width * factor, height * factor
    whole = np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BILINEAR))
    strips = list(_enlarged(values, factor, shape))
    assert len(strips) > 1
    together = np.concatenate([strip for *_, strip in strips])
    np.testing.assert_allclose(together, whole[: shape[0], : shape[1]], rtol=1e-5)
    assert [rows.start for rows, *_ in strips] == [factor * seen.start for _, seen, _ in strips]
