"""Papers are printed from faint to strong."""

from itertools import pairwise

from evaluation.robustness.strengths import STRENGTHS


def test_each_strength_is_darker_and_thicker_than_the_one_before() -> None:
    assert list(STRENGTHS) == ["light", "medium", "dark"]
    for weaker, stronger in pairwise(STRENGTHS.values()):
        assert 0 < weaker.share < stronger.share < 1
        assert weaker.width_px < stronger.width_px
