import numpy as np
import pytest

from training.kinds.small_letters import seen_small


@pytest.mark.parametrize("seed", range(5))
def test_a_line_becomes_as_low_as_on_a_scan_of_a_page(seed: int) -> None:
    ink = np.zeros((120, 600), np.float32)
    ink[20:100, 20::40] = ink[20:100, 21::40] = ink[20:100, 22::40] = 1
    small = seen_small(ink, np.random.default_rng(seed))
    inked = np.flatnonzero((small > 0.3).any(axis=1))
    assert 8 <= np.ptp(inked) + 1 <= 30
    assert small.shape[1] / small.shape[0] == pytest.approx(600 / 120, rel=0.1)


def test_a_low_line_is_not_enlarged_and_a_blank_one_stays_blank() -> None:
    low, blank = np.zeros((8, 60), np.float32), np.zeros((40, 60), np.float32)
    low[1:7, 4::9] = 1
    assert seen_small(low, np.random.default_rng(0)).shape == (8, 60)
    assert not (seen_small(blank, np.random.default_rng(0)) > 0.3).any()
