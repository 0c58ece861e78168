"""Blur and grain are measured, and taken away where they are strong."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from text_recognizer.arrays import GrayImage
from text_recognizer.preparation.focus import blur, grain, in_focus
from text_recognizer.tests.preparation.pages import difference, draw_page


def blurred(page: GrayImage, radius: float) -> GrayImage:
    return np.asarray(Image.fromarray(page).filter(ImageFilter.GaussianBlur(radius)))


def grainy(page: GrayImage, deviation: float) -> GrayImage:
    noise = np.random.default_rng(0).normal(0, deviation, page.shape)
    return np.clip(page + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("radius", "low", "high"), [(0, 0.0, 0.7), (1, 0.7, 1.2), (2, 1.3, 2.2)])
def test_blur_is_measured_in_pixels(radius: float, low: float, high: float) -> None:
    assert low <= blur(blurred(draw_page(), radius)) <= high


@pytest.mark.parametrize("deviation", [0, 5, 20])
def test_grain_is_measured_in_greys(deviation: float) -> None:
    page = draw_page(paper=180)
    assert grain(grainy(page, deviation)) == pytest.approx(deviation, abs=1 + deviation / 10)


@pytest.mark.parametrize("shape", [(1, 1), (2, 40), (40, 2), (60, 60)])
def test_blank_and_tiny_images_have_neither(shape: tuple[int, int]) -> None:
    image = np.full(shape, 240, np.uint8)
    assert blur(image) == grain(image) == 0
    assert in_focus(image) is image


def test_sharp_pages_are_returned_as_they_are() -> None:
    for page in (draw_page(), grainy(draw_page(), 4), blurred(draw_page(), 0.7)):
        assert in_focus(page) is page


def test_large_letters_need_no_sharpening() -> None:
    page = blurred(draw_page(size=90), 1.7)
    assert in_focus(page) is page


def test_a_blurred_page_gets_its_edges_back() -> None:
    page = draw_page()
    soft = blurred(page, 2)
    sharp = in_focus(soft)
    assert blur(sharp) < 0.85 * blur(soft)
    assert difference(sharp, page) < difference(soft, page)


def test_grain_is_smoothed() -> None:
    page = grainy(draw_page(paper=180), 25)
    assert grain(in_focus(page)) < grain(page) / 4
