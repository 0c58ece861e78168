"""The learning rate rises, falls to zero and starts again lower."""

import numpy as np
import pytest

from training.fitting.schedule import WarmupCosine


def rates(schedule: WarmupCosine, steps: list[int]) -> list[float]:
    """Return the rate at each step."""
    return [float(schedule(np.int64(step))) for step in steps]


def test_one_cycle() -> None:
    schedule = WarmupCosine(1.0, 10, [110])
    assert rates(schedule, [0, 5, 10, 60, 110, 200]) == pytest.approx([0, 0.5, 1, 0.5, 0, 0], abs=1e-6)


def test_without_warmup_it_starts_at_the_peak() -> None:
    assert rates(WarmupCosine(2.0, 0, [10]), [0, 5, 10]) == pytest.approx([2, 1, 0], abs=1e-6)


def test_cycles_start_lower() -> None:
    schedule = WarmupCosine(1.0, 0, [100, 40], restart_factor=0.4)
    assert rates(schedule, [0, 50, 99, 100, 120, 140]) == pytest.approx(
        [1, 0.5, 0.00025, 0.4, 0.2, 0], abs=1e-4
    )


def test_config_rebuilds_it() -> None:
    schedule = WarmupCosine(1.0, 3, [10, 5], 0.5)
    again = WarmupCosine(**schedule.get_config())
    assert rates(again, [2, 7, 12]) == rates(schedule, [2, 7, 12])
