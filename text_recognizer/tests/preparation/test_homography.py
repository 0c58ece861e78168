"""Points are mapped, back as well, through quarter turns and perspective."""

import numpy as np

from text_recognizer.preparation.homography import Homography

CORNERS = [[0, 0], [40, 0], [40, 30], [0, 30]]


def test_four_points_are_mapped_to_four_others() -> None:
    target = [[3, 5], [60, 9], [51, 44], [1, 39]]
    there = Homography.between(CORNERS, target)
    np.testing.assert_allclose(there.apply(CORNERS), target, atol=1e-9)
    np.testing.assert_allclose(there.inverse().apply(target), CORNERS, atol=1e-9)


def test_a_quarter_turn_goes_clockwise_about_the_middle() -> None:
    turn = Homography.rotation(90, (40, 30), (30, 40))
    np.testing.assert_allclose(turn.apply(CORNERS), [[30, 0], [30, 40], [0, 40], [0, 0]], atol=1e-9)


def test_maps_are_applied_one_after_the_other() -> None:
    both = Homography.scaling(2, 3).then(Homography.rotation(180, (80, 90), (80, 90)))
    np.testing.assert_allclose(both.apply([[10, 10]]), [[60, 60]], atol=1e-9)
    np.testing.assert_array_equal(Homography.identity().apply(CORNERS), CORNERS)


def test_a_box_is_around_all_points_and_points_stay_within_an_image() -> None:
    twice = Homography.scaling(2, 2)
    points = np.array([[-3, 4], [10, 40.2]])
    assert twice.box(points).corners == ((-6, 8), (20, 8), (20, 80), (-6, 80))
    np.testing.assert_array_equal(twice.within(15, 90)(points), [[0, 8], [15, 80.4]])
