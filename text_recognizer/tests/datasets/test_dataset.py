import pytest

from text_recognizer.datasets.dataset import subsample
from text_recognizer.errors import ConfigError


def test_keeps_the_fraction_in_order_and_the_same_for_a_seed() -> None:
    kept = subsample(range(1000), 0.1)
    assert len(kept) == 100
    assert kept == sorted(set(kept))
    assert kept == subsample(range(1000), 0.1) != subsample(range(1000), 0.1, seed=1)
    assert max(kept) > 900 > 100 > min(kept)  # not a prefix


def test_keeps_at_least_one_and_none_of_nothing() -> None:
    assert len(subsample("abc", 0.001)) == 1
    assert subsample("", 0.5) == []
    assert subsample("abc", None) == list("abc")


@pytest.mark.parametrize("fraction", [0, -0.1, 1.5])
def test_fraction_out_of_range(fraction: float) -> None:
    with pytest.raises(ConfigError, match="0 < subsample_fraction <= 1"):
        subsample("abc", fraction)
