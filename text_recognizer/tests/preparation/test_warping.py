"""A view shows the image from elsewhere, and says what it does not show."""

import numpy as np

from text_recognizer.preparation.homography import Homography
from text_recognizer.preparation.warping import warp
from text_recognizer.tests.preparation.pages import draw_page


def test_the_same_view_is_the_same_image() -> None:
    page = draw_page()
    view, outside = warp(page, Homography.identity(), page.shape[::-1])
    np.testing.assert_array_equal(view[2:-2, 2:-2], page[2:-2, 2:-2])
    assert not outside[1:-1, 1:-1].any()


def test_what_lies_outside_of_the_image_is_told() -> None:
    page = draw_page()
    shifted = Homography(np.array([[1.0, 0, -30], [0, 1, -20], [0, 0, 1]]))
    view, outside = warp(page, shifted, (200, 150))
    assert outside[:20].all()
    assert outside[:, :30].all()
    assert not outside[22:, 32:].any()
    np.testing.assert_array_equal(view[25:, 35:], page[5:130, 5:170])
