import numpy as np
import pytest

from text_recognizer.arrays import Flags, Reals
from training.kinds.fit import accuracies, balanced, fit


def clusters(count: int, seed: int) -> tuple[Reals, Flags]:
    """Return features (count, 5) of two kinds that differ in the product of two of them."""
    rng = np.random.default_rng(seed)
    features = rng.normal(0, 1, (count, 5))
    return features, features[:, 0] * features[:, 1] > 0


@pytest.mark.slow
def test_the_network_learns_what_no_line_divides() -> None:
    features, printed = clusters(600, 0)
    network = fit(features, printed, np.ones(600), epochs=150)
    unseen, truth = clusters(400, 1)
    found = accuracies(network, unseen, truth, ["a"] * 200 + ["b"] * 200)
    assert {name: figures["lines"] for name, figures in found.items()} == {"a": 200, "b": 200}
    assert min(figures["right"] for figures in found.values()) > 0.85


def test_kinds_count_alike_and_sources_by_the_square_root_of_their_lines() -> None:
    printed = np.array([False] * 16 + [False] * 4 + [True] * 5)
    weights = balanced(["large"] * 16 + ["small"] * 4 + ["print"] * 5, printed)
    assert weights[printed].sum() == pytest.approx(weights[~printed].sum())
    assert weights[:16].sum() == pytest.approx(2 * weights[16:20].sum())
    assert weights.mean() == pytest.approx(1)
