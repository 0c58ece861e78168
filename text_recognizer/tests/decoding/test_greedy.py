import itertools

import numpy as np
import pytest

from text_recognizer.arrays import Logits, Reals
from text_recognizer.decoding.greedy import best_path, log_probability
from text_recognizer.vocabulary import Vocabulary


def collapse(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(label for label, _ in itertools.groupby(path) if label != 0)


def enumerate_paths(logits: Reals) -> dict[tuple[int, ...], float]:
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    paths = itertools.product(range(logits.shape[1]), repeat=len(logits))
    return {path: float(np.prod([probabilities[t, c] for t, c in enumerate(path)])) for path in paths}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("frames", [1, 2, 4, 5])
def test_equals_the_best_of_all_paths(seed: int, frames: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 2, (frames, 3))
    paths = enumerate_paths(logits)
    assert best_path(logits) == list(collapse(max(paths, key=lambda path: paths[path])))


@pytest.mark.parametrize("seed", range(10))
def test_probability_is_the_sum_over_all_paths_that_spell_the_text(seed: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 2, (4, 3))
    totals: dict[tuple[int, ...], float] = {}
    for path, probability in enumerate_paths(logits).items():
        totals[collapse(path)] = totals.get(collapse(path), 0) + probability
    for labels, probability in totals.items():
        assert np.exp(log_probability(logits, list(labels))) == pytest.approx(probability, rel=1e-9)


def test_too_few_frames_for_the_labels_have_probability_zero() -> None:
    assert log_probability(np.zeros((2, 3)), [1, 1]) == -np.inf  # needs a blank in between
    assert log_probability(np.zeros((0, 3)), [1]) == -np.inf


def confidence(logits: Logits) -> float:
    labels = best_path(logits)
    return float(np.exp(log_probability(logits, labels) / max(1, len(labels))))


def one_hot(path: list[int], strength: float = 9.0) -> Reals:
    return strength * np.eye(4)[path]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ([1, 1, 2], "ab"),
        ([1, 0, 1], "aa"),  # a blank parts equal letters
        ([0, 0, 0], ""),
        ([3, 0, 0, 3, 3, 1], "cca"),
        ([], ""),
    ],
)
def test_text(path: list[int], text: str) -> None:
    assert Vocabulary("abc").decode(best_path(one_hot(path))) == text


def test_confidence_is_comparable_between_lengths_and_falls_with_doubt() -> None:
    short, long = one_hot([1, 0]), one_hot([1, 0] * 50)
    assert confidence(long) == pytest.approx(confidence(short), abs=0.01)
    assert confidence(one_hot([1, 0], 2.0)) < confidence(short) < 1


@pytest.mark.slow
def test_confidence_of_a_long_line_does_not_underflow() -> None:
    logits = np.random.default_rng(0).normal(0, 0.1, (3000, 80)).astype(np.float32)
    assert 0 < confidence(logits) < 1
