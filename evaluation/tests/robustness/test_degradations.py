import re

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.robustness.degradations import CLEAN, DEGRADATIONS


def small(page: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(page[::2, ::2])


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_each_changes_the_page_in_the_same_way_again(name: str, page: npt.NDArray[np.uint8]) -> None:
    degradation, before = DEGRADATIONS[name], small(page)
    given = before.copy()
    first, second = (degradation.of(given, "page 1") for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(given, before)
    assert first.dtype == np.uint8
    assert (first.shape == before.shape) or not degradation.in_place
    assert (name == CLEAN) == np.array_equal(first, before)


@pytest.mark.parametrize("name", ["ruled-dark", "phone", "noise", "shadow"])
def test_pages_are_changed_differently(name: str, page: npt.NDArray[np.uint8]) -> None:
    first, second = (DEGRADATIONS[name].of(small(page), page_id) for page_id in ("page 1", "page 2"))
    assert not np.array_equal(first, second)


def test_names_are_words_and_descriptions_one_line() -> None:
    for name, degradation in DEGRADATIONS.items():
        assert name == degradation.name
        assert re.fullmatch(r"[a-z0-9-]+", name)
        assert degradation.what
        assert "\n" not in degradation.what
    assert len({degradation.what for degradation in DEGRADATIONS.values()}) == len(DEGRADATIONS)
