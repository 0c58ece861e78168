"""Ink is told from paper whatever the light, the polarity and the size."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import InvalidInputError
from text_recognizer.images.ink import _between, _interpolated, grey_percentiles, ink_map
from text_recognizer.tests.preprocessing.drawn_lines import strokes


def test_ink_map_is_zero_on_paper_and_one_on_ink() -> None:
    image = strokes()
    ink = ink_map(image)
    assert ink.dtype == np.float32
    np.testing.assert_array_equal(ink[image == 215], 0)
    np.testing.assert_allclose(ink[image == 40], 1, atol=0.02)


def test_ink_map_sees_through_uneven_light() -> None:
    image = strokes()
    light = np.linspace(0.45, 1, image.shape[1])
    np.testing.assert_allclose(ink_map((image * light).astype(np.uint8)), ink_map(image), atol=0.25)


@pytest.mark.parametrize(
    "array", [np.zeros((0, 4), np.uint8), np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4))]
)
def test_ink_map_takes_only_grey_images(array: GrayImage) -> None:
    with pytest.raises(InvalidInputError, match="load_image"):
        ink_map(array)


def test_ink_map_leaves_its_argument_alone() -> None:
    image = strokes()
    before = image.copy()
    ink_map(image)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("table", [20, 45, 80])
def test_a_sheet_on_a_dark_table_is_no_light_writing(table: int) -> None:
    sheet = np.full((480, 360), 250, np.uint8)
    sheet[40:440:20, 30:330] = 30  # lines of writing
    photo = np.full((700, 800), table, np.uint8)
    photo[100:580, 200:560] = sheet
    ink = ink_map(photo)[150:530, 250:510]  # within the sheet
    alone = ink_map(sheet)[50:430, 50:310]
    np.testing.assert_allclose(ink, alone, atol=0.1)


@pytest.mark.parametrize("stroke", [4, 20, 45])
def test_broad_light_strokes_are_no_sheet(stroke: int) -> None:
    board = np.full((240, 240), 10, np.uint8)
    board[20:220, 100 : 100 + stroke] = 245
    board[20 : 20 + stroke, 40:200] = 245
    np.testing.assert_allclose(ink_map(board), ink_map(255 - board), atol=0.02)


@pytest.mark.parametrize("noise", [0, 5])
def test_an_empty_page_has_no_ink(noise: int) -> None:
    page = 200 + np.random.default_rng(0).integers(-noise, noise + 1, (300, 400))
    assert not ink_map(page.astype(np.uint8)).any()


def test_a_few_dark_pixels_are_no_ink() -> None:
    page = np.full((100, 200), 220, np.uint8)
    page[50, 100:105] = 10
    assert not ink_map(page).any()


def test_weaker_strokes_keep_their_share_of_full_ink() -> None:
    page = np.full((100, 200), 220, np.uint8)
    page[20:30, 20:180] = 120
    page[60:65, 20:180] = 30
    ink = ink_map(page)
    assert ink[62, 100] == pytest.approx(1, abs=0.02)
    assert ink[25, 100] == pytest.approx(0.5, abs=0.05)


def test_faint_writing_is_not_raised_to_full_ink() -> None:
    page = np.full((100, 200), 200, np.uint8)
    page[40:60, 40:160] = 170  # 15 % darker
    ink = ink_map(page)
    assert 0.4 < ink[50, 100] < 0.8


def test_a_block_full_of_ink_takes_its_paper_from_its_neighbours() -> None:
    page = np.full((600, 600), 220, np.uint8)
    page[200:320, 200:320] = 30
    np.testing.assert_allclose(ink_map(page)[205:315, 205:315], 1, atol=0.1)


@pytest.mark.parametrize(("rows", "height"), [(1, 1), (1, 500), (2, 33), (9, 2600), (12, 3001)])
def test_paper_in_strips_is_what_pillow_makes_of_the_whole(rows: int, height: int) -> None:
    grid = np.random.default_rng(rows).uniform(0, 255, (rows, 700)).astype(np.float32)
    strips = list(_interpolated(grid, *_between(height, rows)))
    whole = np.concatenate([strip for _, strip in strips])
    expected = Image.fromarray(grid).resize((700, height), Image.Resampling.BILINEAR)
    np.testing.assert_allclose(whole, np.asarray(expected), rtol=0, atol=1e-4)  # float32 has 7 digits
    assert np.concatenate([np.arange(height)[part] for part, _ in strips]).tolist() == list(range(height))


def test_counted_percentiles_are_those_of_sorted_values() -> None:
    image = np.random.default_rng(0).integers(0, 256, (31, 47)).astype(np.uint8)
    for values in (image, image[:1, :3], image // 100):
        expected = np.percentile(values, [0, 1, 33.3, 50, 99.5, 100])
        np.testing.assert_allclose(grey_percentiles(values, [0, 1, 33.3, 50, 99.5, 100]), expected)
