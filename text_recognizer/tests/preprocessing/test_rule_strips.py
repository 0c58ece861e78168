import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.preprocessing.rule_strips import STRIP_PX, count_in_few_strips, filled_rows

SHAPE = (120, 410)  # the last strip overlaps the one before


def ruled(slope: float = 0.0, strength: float = 0.3) -> InkMap:
    """Return ink with one rule of two rows, at row 40 where the page begins."""
    ink = np.zeros(SHAPE, np.float32)
    columns = np.arange(SHAPE[1])
    rows = np.rint(40 + slope * columns).astype(int)
    ink[rows, columns] = ink[rows + 1, columns] = strength
    return ink


@pytest.mark.parametrize("upright", [False, True])
def test_a_rule_is_found_in_every_strip(upright: bool) -> None:
    ink = np.ascontiguousarray(ruled().T).T if upright else ruled()
    starts, middles, thickness = filled_rows(ink, 0.0, 0.08)
    assert starts.tolist() == [*range(0, 400 - STRIP_PX + 1, STRIP_PX), SHAPE[1] - STRIP_PX]
    assert [rows.tolist() for rows in middles] == [[40.5]] * len(starts)
    assert [rows.tolist() for rows in thickness] == [[2.0]] * len(starts)


def test_an_oblique_rule_is_a_level_one_where_its_slope_is_taken_away() -> None:
    _, middles, _ = filled_rows(ruled(0.15), 0.15, 0.08)
    assert all(len(rows) == 1 and abs(rows[0] - 40.5) <= 1 for rows in middles)
    _, middles, _ = filled_rows(ruled(0.15), 0.0, 0.08)
    assert not any(rows.size for rows in middles)


def test_bars_are_no_rules() -> None:
    ink = ruled()
    ink[40:60] = 1
    _, middles, _ = filled_rows(ink, 0.0, 0.08)
    assert not any(rows.size for rows in middles)


@pytest.mark.parametrize("upright", [False, True])
def test_a_few_strips_tell_how_many_rules_there_are(upright: bool) -> None:
    ink = ruled(strength=0.06)
    ink[80] = 0.06
    page = np.ascontiguousarray(ink.T).T if upright else ink
    assert count_in_few_strips(page, 0.05) == 10
    assert count_in_few_strips(page, 0.08) == 0


def test_a_page_of_one_strip_is_enough() -> None:
    ink = ruled()[:, :STRIP_PX]
    assert count_in_few_strips(ink, 0.08) == 5
    starts, middles, _ = filled_rows(ink, 0.0, 0.08)
    assert starts.tolist() == [0]
    assert middles[0].tolist() == [40.5]
