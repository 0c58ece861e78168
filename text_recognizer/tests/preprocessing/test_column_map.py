"""One map from frames of a network to columns of a page, composed of all steps in between."""

import math

import numpy as np
import pytest

from text_recognizer.preprocessing.column_map import ColumnMap

COLUMNS = np.linspace(-50, 500, 111)

FRAMES = ColumnMap(scale=4)
INPUT = ColumnMap(offset=-16).then(ColumnMap(scale=0.75))  # without its margin, and enlarged
CUT = ColumnMap(offset=30, low=30, high=220)  # to its ink
CROP = ColumnMap(offset=100)  # out of the reduced page
PAGE = ColumnMap(scale=2.5)
STEPS = [FRAMES, INPUT, CUT, CROP, PAGE]


def test_frames_become_columns_of_the_page_by_hand() -> None:
    to_page = FRAMES.then(INPUT).then(CUT).then(CROP).then(PAGE)
    # Column 40 of the input, 24 behind its margin, 18 of the ink, 48 of the crop, 148 of the reduced page.
    assert to_page.apply(10) == 370
    assert to_page.apply([0, 1000]).tolist() == [2.5 * 130, 2.5 * 320], "clipped to the ink"
    assert to_page.rounded(np.array([[10, 10.1], [0, 1000]])).tolist() == [[370, 371], [325, 800]]


def test_composition_does_what_its_steps_do() -> None:
    together, one_by_one = ColumnMap(), COLUMNS
    for step in STEPS:
        together, one_by_one = together.then(step), step.apply(one_by_one)
    np.testing.assert_allclose(together.apply(COLUMNS), one_by_one, rtol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_any_maps_compose_and_in_any_grouping(seed: int) -> None:
    rng = np.random.default_rng(seed)
    maps = [
        ColumnMap(rng.uniform(0.1, 3), rng.uniform(-99, 99), *sorted(rng.uniform(-200, 400, 2)))
        for _ in range(3)
    ]
    one_by_one = maps[2].apply(maps[1].apply(maps[0].apply(COLUMNS)))
    for together in (maps[0].then(maps[1]).then(maps[2]), maps[0].then(maps[1].then(maps[2]))):
        np.testing.assert_allclose(together.apply(COLUMNS), one_by_one, rtol=1e-9)


def test_identity_changes_nothing() -> None:
    np.testing.assert_array_equal(ColumnMap().apply(COLUMNS), COLUMNS)
    assert ColumnMap().then(CUT) == CUT == CUT.then(ColumnMap())
    assert ColumnMap().then(PAGE).high == math.inf


@pytest.mark.parametrize(
    "arguments", [{"scale": 0}, {"scale": -1}, {"scale": math.nan}, {"low": 2, "high": 1}]
)
def test_maps_that_do_not_ascend_are_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        ColumnMap(**arguments)
