"""Connected components against a flood fill."""

import numpy as np
import pytest

from text_recognizer.arrays import IndexMap, Mask
from text_recognizer.images.components import connected_components


def flood_fill(mask: Mask) -> IndexMap:
    """Label 8-connected components one by one, in reading order; -1 outside."""
    labels = np.full(mask.shape, -1, np.int32)
    count = 0
    for start in zip(*np.nonzero(mask), strict=True):
        if labels[start] >= 0:
            continue
        stack = [start]
        while stack:
            y, x = stack.pop()
            if 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x] and labels[y, x] < 0:
                labels[y, x] = count
                stack += [(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
        count += 1
    return labels


@pytest.mark.parametrize("density", [0.0, 0.2, 0.4, 0.55, 0.8, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1), (17, 23), (40, 31)])
def test_agrees_with_a_flood_fill(shape: tuple[int, int], density: float) -> None:
    mask = np.random.default_rng(shape[0]).random(shape) < density
    expected = flood_fill(mask)

    components = connected_components(mask)

    np.testing.assert_array_equal(components.paint(), expected)
    assert components.count == expected.max() + 1


def test_a_spiral_is_one_component() -> None:
    mask = np.zeros((9, 9), bool)
    mask[0, :] = mask[:, 8] = mask[8, :] = mask[2:, 0] = mask[2, :7] = mask[2:7, 6] = mask[6, 2:7] = True

    assert connected_components(mask).count == 1


def test_diagonal_neighbours_touch_and_distance_two_does_not() -> None:
    assert connected_components(np.eye(5, dtype=bool)).count == 1
    assert connected_components(np.array([[1, 0, 1]], bool)).count == 2


def test_runs_at_the_ends_of_following_rows_do_not_touch() -> None:
    mask = np.zeros((2, 5), bool)
    mask[0, 4] = mask[1, 0] = True

    assert connected_components(mask).count == 2


def test_areas_boxes_and_painted_values() -> None:
    mask = np.zeros((6, 8), bool)
    mask[0:2, 1:4] = True
    mask[4, 5:8] = mask[5, 5] = True
    components = connected_components(mask)

    assert components.areas().tolist() == [6, 4]
    assert components.boxes().tolist() == [[1, 0, 4, 2], [5, 4, 8, 6]]
    painted = components.paint(np.array([7, 9]))
    assert painted[1, 2] == 7
    assert painted[5, 5] == 9
    assert painted[5, 6] == -1


def test_maxima_of_components_and_what_is_left_of_an_erased_one() -> None:
    mask = np.zeros((3, 4), bool)
    mask[0, :2] = mask[1, 0] = mask[2, 2:] = True
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    components = connected_components(mask)

    assert components.maxima(values).tolist() == [4.0, 11.0]
    assert components.runs.pixels(np.array([True, False, False])).tolist() == [0, 1]
    components.erase(np.array([True, False]), values)
    assert values.tolist() == [[0, 0, 2, 3], [0, 5, 6, 7], [8, 9, 10, 11]]
    assert connected_components(np.zeros((2, 2), bool)).maxima(values[:2, :2]).tolist() == []
