import tracemalloc

import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.preprocessing.rule_tracing import Rule, around, continued, joined, trace_rules


def with_rule(slope: float, bend: float, thickness: int = 2, shape: tuple[int, int] = (420, 640)) -> InkMap:
    """Return ink with one rule through the middle of the page."""
    ink = np.zeros(shape, np.float32)
    columns = np.arange(shape[1])
    middle = shape[0] / 2 + slope * (columns - shape[1] / 2) + bend * np.sin(columns / 150)
    for offset in range(thickness):
        rows = np.rint(middle).astype(int) + offset
        inside = (rows >= 0) & (rows < shape[0])
        ink[rows[inside], columns[inside]] = 0.4
    return ink


@pytest.mark.parametrize(("slope", "bend"), [(0.0, 0.0), (0.04, 0.0), (-0.03, 3.0)])
def test_a_rule_is_followed_from_end_to_end(slope: float, bend: float) -> None:
    (rule,) = trace_rules(with_rule(slope, bend))
    columns = np.arange(640)
    true = 210.5 + slope * (columns - 320) + bend * np.sin(columns / 150)
    assert rule.first == 0
    assert len(rule.rows) == 640
    assert np.abs(rule.rows - true).max() < 1.6
    assert rule.slope == pytest.approx(slope, abs=0.02)


@pytest.mark.parametrize("degrees", [-32, -30, -28, 28, 30, 32])
def test_an_oblique_rule_is_found_if_it_is_looked_for(degrees: int) -> None:
    slope = float(np.tan(np.deg2rad(degrees)))
    ink = with_rule(slope, 0.0)
    assert not trace_rules(ink)
    (rule,) = trace_rules(ink, float(np.tan(np.deg2rad(np.sign(degrees) * 30))), short=True)
    assert rule.slope == pytest.approx(slope, abs=0.02)


def test_a_long_page_that_is_looked_at_obliquely_needs_little_memory() -> None:
    ink = np.zeros((60, 12_000), np.float32)
    ink[::7, ::5] = 0.5
    tracemalloc.start()
    trace_rules(ink, slope=1.7, short=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * ink.nbytes  # shifted as a whole, it would be 340 times as high as it is


def test_the_last_columns_belong_to_a_rule_too() -> None:
    ink = np.zeros((100, 439), np.float32)
    ink[50:52] = 1
    (rule,) = trace_rules(ink)
    assert rule.first + len(rule.rows) == 439


def test_a_rule_ends_where_its_ink_does() -> None:
    ink = np.zeros((100, 700), np.float32)
    ink[50:53, 93:555] = 1
    ink[50:53, 70:80] = 1  # a stroke in front of it
    (rule,) = trace_rules(ink)
    assert abs(rule.first - 93) <= 2
    assert abs(rule.first + len(rule.rows) - 555) <= 2


def test_short_rules_are_continued_into_the_corners() -> None:
    columns = np.arange(500, dtype=np.float64)
    rules = [Rule(0, np.asarray(100.0 + 40 * k + 0.5 * columns), 2.0, 9) for k in range(3)]
    more = continued(np.zeros((600, 500), np.float32), rules)[3:]
    middles = [rule.rows[0] + 0.5 * (250 - rule.first) for rule in more]
    assert np.diff(sorted([*middles, 225, 265, 305])) == pytest.approx(40)
    assert len(more) > 6
    assert all(rule.rows.min() >= -2 and rule.rows.max() < 602 for rule in more)


def test_letters_below_each_other_are_no_rule() -> None:
    ink = np.zeros((300, 400), np.float32)
    for begin in (20, 150, 280):
        ink[100:106, begin : begin + 90] = 1
    assert not trace_rules(ink)
    ink[100:106, 20:370] = 1
    assert len(trace_rules(ink)) == 1


def test_rows_outside_of_the_page_are_told() -> None:
    rows, columns, inside = around((10, 20), Rule(3, np.zeros(5), 1.0, 1), 2)
    assert rows.min() == 0
    assert columns.tolist() == [3, 4, 5, 6, 7]
    assert inside[:, 0].tolist() == [False, False, True, True, True]


def test_ink_beyond_paper_is_not_joined() -> None:
    column = np.array([[True], [False], [True], [True], [False], [True], [True]])
    assert joined(column, 3)[:, 0].tolist() == [False, False, True, True, False, False, False]
