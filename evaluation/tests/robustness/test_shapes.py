import numpy as np
import numpy.typing as npt
import pytest

from evaluation.robustness.shapes import (
    curled,
    narrowed,
    on_table,
    paper_gray,
    turned,
    with_margins,
)

Image = npt.NDArray[np.uint8]


def ink(image: Image) -> int:
    return int((image < 128).sum())


def test_paper_is_what_stands_at_the_edge(page: Image) -> None:
    assert paper_gray(page) == 255
    assert paper_gray(255 - page) == 0


def test_margins_make_a_page_three_times_as_wide(page: Image) -> None:
    wide = with_margins(page, 1.0)
    assert wide.shape == (3 * page.shape[0], 3 * page.shape[1])
    np.testing.assert_array_equal(wide[page.shape[0] : -page.shape[0], page.shape[1] : -page.shape[1]], page)


def test_turns_by_right_angles_are_exact(page: Image) -> None:
    assert turned(page, 90).shape == page.shape[::-1]
    np.testing.assert_array_equal(turned(page, 180), page[::-1, ::-1])
    np.testing.assert_array_equal(turned(turned(page, 90), 270), page)


def test_other_turns_cut_nothing_off(page: Image) -> None:
    image = turned(page, 20)
    assert image.shape[0] > page.shape[0]
    assert ink(image) == pytest.approx(ink(page), rel=0.02)
    assert image[0, 0] == 255


def test_a_curl_lifts_the_middle_and_keeps_the_ink() -> None:
    page = np.full((100, 201), 255, np.uint8)
    page[50:60] = 0
    image = curled(page, 0.1)
    tops = (image < 128).argmax(axis=0)
    assert tops[0] - tops[100] == 10
    assert ink(image) == pytest.approx(ink(page), rel=0.02)


def test_perspective_narrows_the_top(page: Image) -> None:
    bars = page.copy()
    bars[:, :4] = 0
    image = narrowed(bars, 0.2)
    assert image.shape == bars.shape
    assert image[0, 0] == paper_gray(bars)  # not of the sheet
    first = (image < 128).argmax(axis=1)
    assert first[5] > first[200] > first[-5]


def test_a_table_is_dark_around_the_whole_sheet(page: Image, rng: np.random.Generator) -> None:
    image = on_table(page, 0.02, rng)
    assert image.shape == (round(1.4 * page.shape[0]), round(1.4 * page.shape[1]))
    assert image[:20].max() < 140
    assert (image > 200).sum() == pytest.approx((page > 200).sum(), rel=0.1)
