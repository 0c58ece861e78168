"""Hidden parts take the grey of the paper around them; masks grow and shrink."""

import numpy as np
import pytest

from text_recognizer.preparation.paper import (
    OVERVIEW_PX,
    brightest,
    dilated,
    enlarged,
    eroded,
    fill_with_paper,
    overview,
)


@pytest.mark.parametrize("shape", [(300, 200), (OVERVIEW_PX + 1, 5), (1500, 2000)])
def test_an_overview_is_small_and_its_masks_fit_the_page(shape: tuple[int, int]) -> None:
    small, factor = overview(np.full(shape, 7, np.uint8))
    assert max(small.shape) <= OVERVIEW_PX
    assert enlarged(small == 7, factor, shape).shape == shape


@pytest.mark.parametrize("radius", [1, 4, 9])
def test_erosion_and_dilation_are_by_squares(radius: int) -> None:
    mask = np.zeros((60, 70), np.bool_)
    mask[20:45, 15:50] = True
    expected = np.zeros_like(mask)
    expected[20 + radius : 45 - radius, 15 + radius : 50 - radius] = True
    np.testing.assert_array_equal(eroded(mask, radius), expected)
    np.testing.assert_array_equal(dilated(expected, radius), mask)


def test_a_hidden_part_gets_the_paper_around_it_and_nothing_else_changes() -> None:
    page = np.tile(np.linspace(150, 250, 400).astype(np.uint8), (300, 1))  # uneven light
    hidden = np.zeros(page.shape, np.bool_)
    hidden[:40] = hidden[:, 370:] = True
    dirty = np.where(hidden, 0, page).astype(np.uint8)
    filled = fill_with_paper(dirty, hidden)
    np.testing.assert_array_equal(filled[~hidden], page[~hidden])
    assert np.abs(filled[:40, :360].astype(int) - page[:40, :360]).max() <= 8
    assert filled.min() > 140


def test_the_brightest_pixel_nearby_is_taken() -> None:
    image = np.zeros((20, 30), np.uint8)
    image[9, 12] = 7
    spread = np.argwhere(brightest(image, 2) == 7)
    assert (spread.min(axis=0).tolist(), spread.max(axis=0).tolist()) == ([7, 10], [11, 14])
