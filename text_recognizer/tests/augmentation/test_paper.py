import numpy as np
import pytest

from text_recognizer.augmentation.paper import grain, ruling


def test_grain_is_the_same_for_the_same_seed_and_of_any_size() -> None:
    for size in ((64, 1000), (600, 9000), (1, 1)):
        first, again = (grain(size, np.random.default_rng(3)) for _ in range(2))
        assert first.shape == size
        np.testing.assert_array_equal(first, again)
    large = grain((512, 8192), np.random.default_rng(0))
    assert float(large.mean()) == pytest.approx(0, abs=0.05)
    assert float(large.std()) == pytest.approx(1, abs=0.01)


def test_rules_run_along_the_row_and_are_fainter_than_ink() -> None:
    for seed in range(20):
        printed = ruling((64, 600), 40.0, np.random.default_rng(seed))
        assert printed.shape == (64, 600)
        assert printed[30:50].any()
        assert 0 < printed.max() < 255
        assert (printed > 0).mean() < 0.12
