import json
from typing import Any

import pytest

from text_recognizer.errors import InvalidInputError
from text_recognizer.geometry import Region, points_from_json, points_to_json


def test_the_size_of_a_box() -> None:
    assert (Region(10, 20, 110, 60).width, Region(10, 20, 110, 60).height) == (100, 40)


def test_a_box_is_the_one_around_its_corners() -> None:
    box = Region(1, 2, 30, 40)
    assert box.corners == ((1, 2), (30, 2), (30, 40), (1, 40))
    assert Region.around(box.corners) == box
    assert Region.around([(3, 9), (-1, 4)]) == Region(-1, 4, 3, 9)


@pytest.mark.parametrize("points", [(), ((1, 2),), ((1, 2), (30, -4), (7, 7))])
def test_points_survive_json(points: tuple[tuple[int, int], ...]) -> None:
    assert points_from_json(json.loads(json.dumps(points_to_json(points)))) == points


@pytest.mark.parametrize(
    "value", [None, {}, "12", [1, 2], [[1]], [[1, 2, 3]], [[1, 2.5]], [[1, True]], [None]]
)
def test_what_is_no_list_of_points_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"\[\[x, y\], ...\]"):
        points_from_json(value)
