import numpy as np
import pytest

from text_recognizer.datasets.drawn_pages.photos import in_uneven_light, seen_at, wooden_table


def test_corners_come_to_lie_where_they_should() -> None:
    white = np.full((40, 60), 255, np.uint8)
    picture, covered = seen_at(white, [(10, 10), (50, 10), (50, 30), (10, 30)], (70, 50))
    assert picture.shape == covered.shape == (50, 70)
    assert covered.sum() == pytest.approx(40 * 20, rel=0.1)
    assert covered[20, 30]
    assert not covered[5, 5]


def test_a_table_is_darker_than_paper() -> None:
    table = wooden_table((300, 400), np.random.default_rng(0))
    assert table.shape == (300, 400)
    assert table.max() < 150
    assert table.std() > 1


def test_light_only_takes_away() -> None:
    white = np.full((60, 80), 240, np.uint8)
    lit = in_uneven_light(white, np.random.default_rng(1))
    assert (lit <= white).all()
    assert lit.min() >= 110
    assert lit.std() > 0
