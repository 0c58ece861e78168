"""The corners of a sheet on a table are found, and there are none where the whole image is the page."""

import itertools

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage, Reals
from text_recognizer.preparation import sheet
from text_recognizer.preparation.homography import Homography
from text_recognizer.preparation.sheet import find_sheet
from text_recognizer.preparation.warping import warp
from text_recognizer.tests.preparation.pages import draw_page

TABLE = (640, 480)


def photographed(corners: Reals, table: int = 90, noise: float = 6.0, light: float = 0.0) -> GrayImage:
    """Return a photo (480, 640) of a page whose corners lie at (4, 2), on a table of some grey."""
    page = draw_page()
    height, width = page.shape
    to_page = Homography.between(corners, [[0, 0], [width, 0], [width, height], [0, height]])
    view, outside = warp(page, to_page, TABLE)
    photo = np.where(outside, float(table), view.astype(float))
    photo *= 1 - light * np.linspace(0, 1, TABLE[0])
    photo += np.random.default_rng(1).normal(0, noise, photo.shape)
    return np.clip(photo, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("table", [20, 90, 150])
@pytest.mark.parametrize("light", [0.0, 0.4])
@pytest.mark.parametrize(
    "corners",
    [
        [[60, 50], [580, 50], [580, 430], [60, 430]],
        [[110, 40], [600, 90], [560, 440], [60, 380]],
        [[150, 60], [470, 60], [600, 440], [40, 440]],
    ],
)
def test_the_corners_of_a_sheet_are_found(corners: list[list[int]], table: int, light: float) -> None:
    found = find_sheet(photographed(np.array(corners, float), table, light=light))
    assert found is not None
    np.testing.assert_allclose(found, corners, atol=4)


def test_a_sheet_that_leaves_the_image_on_one_side_is_found() -> None:
    photo = photographed(np.array([[60.0, 50], [580, 50], [580, 600], [60, 600]]))
    found = find_sheet(photo)
    assert found is not None
    np.testing.assert_allclose(found, [[60, 50], [580, 50], [580, 480], [60, 480]], atol=4)


@pytest.mark.parametrize("size", [12, 30, 60])
def test_a_page_without_a_table_has_no_sheet(size: int) -> None:
    assert find_sheet(draw_page(size=size)) is None


def test_a_part_of_another_brightness_is_no_sheet() -> None:
    page = draw_page()
    page[: page.shape[0] // 2] //= 2
    assert find_sheet(page) is None
    page = draw_page(paper=20, ink=240)
    assert find_sheet(page) is None


def test_noise_is_no_sheet() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (300, 400)).astype(np.uint8)
    assert find_sheet(np.asarray(Image.fromarray(noise))) is None


def test_images_of_a_few_pixels_have_no_sheet() -> None:
    generator = np.random.default_rng(0)
    for height, width in itertools.product((1, 2, 4, 7, 33), (1, 3, 5, 8, 24)):
        for _ in range(20):
            assert find_sheet(generator.integers(0, 256, (height, width), np.uint8)) is None


def test_no_side_is_so_steep_that_it_crosses_no_other() -> None:
    rng = np.random.default_rng(0)
    steepest = 0.0
    for _ in range(20):
        small = rng.integers(0, 256, (24, 24)).astype(np.uint8)
        steepest = max(steepest, *(abs(line.slope) for lines in sheet._sides(small) for line in lines))
        find_sheet(small)
    assert 0 < steepest <= sheet._MAX_SLOPE
