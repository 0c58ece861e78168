import numpy as np
import pytest

from text_recognizer.arrays import Floats
from text_recognizer.datasets.iam_online.stroke_geometry import (
    level,
    smooth,
    split_points,
    spread,
    trace,
    without_strays,
)
from text_recognizer.datasets.iam_online.strokes import read_points
from text_recognizer.tests.datasets import toy_ink


def tilt(positions: Floats) -> float:
    """Return the slope of the straight line through all points."""
    return float(np.polyfit(positions[:, 0], positions[:, 1], 1)[0])


@pytest.mark.parametrize("slope", [-0.1, 0.0, 0.06])
def test_a_slanting_line_is_levelled(slope: float) -> None:
    positions, ends = split_points(toy_ink.points(100, slope))
    assert tilt(positions) == pytest.approx(slope, abs=0.001)
    assert tilt(level(positions, ends)) == pytest.approx(0, abs=0.007)
    np.testing.assert_array_equal(level(positions, ends)[:, 0], positions[:, 0])


def test_a_bow_is_taken_out() -> None:
    points = toy_ink.points(100)
    x = points[:, 0].astype(float)
    points[:, 1] += np.round(80 * ((x - x.mean()) / np.ptp(x) * 2) ** 2).astype(np.int16)
    positions, ends = split_points(points)
    assert np.ptp(positions[:, 1]) > 170
    assert np.ptp(level(positions, ends)[:, 1]) < 135


def test_descenders_do_not_bend_the_base_line() -> None:
    points = toy_ink.points(100)
    low = np.flatnonzero((points[:, 1] == 100) & (points[:, 0] > 6000))
    points[low[::3], 1] += 80
    positions, ends = split_points(points)
    moved = level(positions, ends)[:, 1] - positions[:, 1]
    assert np.ptp(moved) < 8


@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_few_points_are_left_as_they_are(number: int) -> None:
    positions, ends = split_points(toy_ink.points(3)[:number])
    assert ends[-1]
    np.testing.assert_array_equal(level(positions, ends), positions)
    assert len(trace(smooth(positions, ends), ends).x) >= number


def test_a_leap_of_the_sensor_ends_the_stroke() -> None:
    points = toy_ink.points(10)
    points[50:, 0] += 2000
    _, ends = split_points(points)
    assert ends[49]
    assert ends.sum() == points[:, 2].sum() + 1


def test_marks_of_other_lines_are_left_out_but_dots_and_descenders_stay() -> None:
    strokes = toy_ink.zigzag(20)
    spread_of_line = spread(*split_points(toy_ink.points(20)))
    stray = [(300, 500 - round(7 * spread_of_line)), (305, 500 - round(7 * spread_of_line))]
    dot = [(400, 480), (403, 482)]
    descender = [(500, 560 + round(k * spread_of_line)) for k in range(7)]
    positions, ends = split_points(read_points(toy_ink.xml([*strokes, stray, dot, descender])))
    kept, kept_ends = without_strays(positions, ends)
    assert len(positions) - len(kept) == 2
    assert kept_ends.sum() == ends.sum() - 1
    assert kept[:, 1].min() > positions[:, 1].min()
    assert kept[:, 1].max() == positions[:, 1].max()


def test_smoothing_keeps_the_ends_of_strokes() -> None:
    positions, ends = split_points(toy_ink.points(16))
    result = smooth(positions, ends)
    starts = np.append(True, ends[:-1])
    np.testing.assert_array_equal(result[ends | starts], positions[ends | starts])
    stroke = slice(0, int(np.argmax(ends)) + 1)
    before, after = (np.abs(np.diff(y[stroke, 1], 2)) for y in (positions, result))
    assert after.max() == before.max() / 2


def test_a_path_is_dense_passes_the_points_and_leaves_the_paper_between_strokes() -> None:
    positions = np.array([[0, 0], [10, 0], [20, 5], [100, 50], [110, 50]], np.float32)
    ends = np.array([False, False, True, False, True])
    path = trace(positions, ends)
    spots = np.stack([path.x, path.y], axis=1)
    steps = np.hypot(*np.diff(spots, axis=0).T)
    assert (steps > 1).sum() == 1  # from stroke to stroke
    for place in positions:
        assert np.hypot(*(spots - place).T).min() < 1e-4
    leap = int(np.argmax(steps))
    assert path.to_end[leap] == pytest.approx(0, abs=1e-4)
    assert path.from_start[leap + 1] == pytest.approx(0, abs=1e-4)
    assert path.from_start[leap] == pytest.approx(10 + np.hypot(10, 5), abs=1e-3)


def test_speed_is_the_distance_between_points() -> None:
    x = np.cumsum([0, *[2] * 10, *[8] * 30])
    positions = np.stack([x, np.zeros_like(x)], axis=1).astype(np.float32)
    ends = np.arange(len(positions)) == len(positions) - 1
    path = trace(positions, ends)
    assert path.speed[path.x < 15].max() == pytest.approx(0.25)
    assert path.speed[path.x > 30].min() == pytest.approx(1)
