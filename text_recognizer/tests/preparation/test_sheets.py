"""Several sheets on a table are told apart, in reading order; a page, or one sheet, stays the one image."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.preparation.sheets import sheets_of
from text_recognizer.tests.preparation.pages import draw_page

ROWS_OF_TWO = [(60, 60), (950, 60), (60, 560), (950, 560)]


def photographed(
    places: list[tuple[int, int]],
    size: tuple[int, int],
    degrees: float = 0.0,
    table: int = 70,
    noise: float = 5,
) -> GrayImage:
    """Return a photo (H, W) of pages whose boxes begin at x and y, turned in alternate directions."""
    photo = Image.new("L", size, table)
    for index, place in enumerate(places):
        page = Image.fromarray(draw_page()).convert("LA")
        turned = page.rotate(degrees * (-1) ** index, Image.Resampling.BICUBIC, expand=True)
        photo.paste(turned.getchannel(0), place, turned.getchannel(1))
    grain = np.random.default_rng(1).normal(0, noise, (size[1], size[0]))
    return np.clip(np.asarray(photo, float) + grain, 0, 255).astype(np.uint8)


def middles(photo: GrayImage) -> list[tuple[int, int]]:
    """Return where the middles of the sheets that are found lie on a photo (H, W)."""
    found = []
    for sheet in sheets_of(photo):
        height, width = sheet.image.shape
        ((x, y),) = sheet.to_original.apply([[width / 2, height / 2]]).tolist()
        found.append((round(x), round(y)))
    return found


@pytest.mark.parametrize("table", [20, 120])
@pytest.mark.parametrize("degrees", [0, 3, 8])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_sheets_are_found_in_reading_order(count: int, degrees: float, table: int) -> None:
    height, width = draw_page().shape
    places = [(x, y + 20 * (index % 2)) for index, (x, y) in enumerate(ROWS_OF_TWO)][:count]
    size = (2 * width + 330, (2 if count > 2 else 1) * (height + 190) + 100)
    found = middles(photographed(places, size, degrees, table))
    assert len(found) == count
    for (x, y), (left, top) in zip(found, places, strict=True):
        assert 0 < x - left < 1.2 * width
        assert 0 < y - top < 1.4 * height


def test_sheets_above_each_other_are_found_from_the_top() -> None:
    height, width = draw_page().shape
    found = middles(photographed([(200, 60), (60, height + 150)], (width + 320, 2 * height + 260), 4))
    assert len(found) == 2
    assert found[0][1] < found[1][1]


def test_of_other_sheets_nothing_is_left_in_the_image_of_one() -> None:
    height, width = draw_page().shape
    second = width + 120  # only the boxes of the turned sheets, with some table, reach into each other
    found = sheets_of(photographed([(60, 60), (second, 60)], (second + width + 110, height + 200), 8))
    assert len(found) == 2
    for sheet in found:
        assert np.count_nonzero(sheet.image > 180) < 1.05 * height * width


def test_one_sheet_or_a_page_is_the_image_itself() -> None:
    page = draw_page()
    height, width = page.shape
    inverted, half = draw_page(paper=20, ink=240), draw_page()
    half[: height // 2] = 255 - half[: height // 2]
    for image in (page, inverted, half, photographed([(60, 60)], (width + 120, height + 120))):
        (whole,) = sheets_of(image)
        assert whole.image is image
        np.testing.assert_array_equal(whole.to_original.apply([[3, 4]]), [[3, 4]])


def test_bright_parts_without_straight_sides_are_no_sheets() -> None:
    y, x = np.mgrid[:480, :640]
    lamps = np.full((480, 640), 50, np.uint8)
    for middle in (160, 480):
        lamps[(x - middle) ** 2 + (y - 240) ** 2 < 130**2] = 240
    assert len(sheets_of(lamps)) == 1


def test_images_of_a_few_pixels_are_one() -> None:
    rng = np.random.default_rng(0)
    for height in (1, 2, 5, 30):
        for width in (1, 3, 24):
            assert len(sheets_of(rng.integers(0, 256, (height, width), np.uint8))) == 1
