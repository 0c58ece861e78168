"""Edit distance against naive recursion and rapidfuzz; rates by hand."""

import itertools
import random
from functools import cache

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from text_recognizer.errors import InvalidInputError
from text_recognizer.metrics import text as metrics


@cache
def naive_distance(a: str, b: str) -> int:
    if not a or not b:
        return len(a) + len(b)
    return min(
        naive_distance(a[1:], b) + 1,
        naive_distance(a, b[1:]) + 1,
        naive_distance(a[1:], b[1:]) + (a[0] != b[0]),
    )


def test_edit_distance_equals_naive_recursion_for_all_short_strings() -> None:
    strings = ["".join(s) for n in range(5) for s in itertools.product("abc", repeat=n)]
    for a, b in itertools.product(strings, repeat=2):
        assert metrics.edit_distance(a, b) == naive_distance(a, b), (a, b)


@pytest.mark.parametrize("alphabet", ["ab", "abcdefghij ", "aé—😀"])
@pytest.mark.parametrize("longest", [30, 64, 65, 400])
def test_edit_distance_equals_rapidfuzz(alphabet: str, longest: int) -> None:
    generator = random.Random(longest)
    for _ in range(40):
        a, b = ("".join(generator.choices(alphabet, k=generator.randint(0, longest))) for _ in range(2))
        assert metrics.edit_distance(a, b) == Levenshtein.distance(a, b)


def test_edit_distance_takes_words() -> None:
    assert metrics.edit_distance(["a", "big", "cat"], ["a", "cat"]) == 1


def test_character_error_rate_weighs_by_length() -> None:
    # 1 edit in 4 characters and 0 in 12: 1 / 16, not the mean of 1/4 and 0.
    assert metrics.character_error_rate(["abcx", "a" * 12], ["abcd", "a" * 12]) == 1 / 16


def test_rates_of_empty_predictions_and_of_insertions() -> None:
    assert metrics.character_error_rate(["", ""], ["ab", "c"]) == 1.0
    assert metrics.character_error_rate(["aaaa"], ["a"]) == 3.0
    assert metrics.character_error_rate(["x", "ab"], ["", "ab"]) == 0.5


def test_word_error_rate() -> None:
    assert metrics.word_error_rate(["the  dog sat"], ["the cat sat"]) == pytest.approx(1 / 3)
    assert metrics.word_error_rate(["a b\nc"], ["a b c"]) == 0.0


def test_accuracy() -> None:
    assert metrics.accuracy([1, 2, 3, 4], [1, 2, 0, 4]) == 0.75


def cer_interval(predictions: list[str], references: list[str], seed: int = 0) -> tuple[float, float]:
    return metrics.rate_interval(*metrics.character_errors(predictions, references), seed=seed)


@pytest.mark.parametrize("function", [metrics.character_error_rate, metrics.word_error_rate, cer_interval])
def test_nothing_to_score_is_an_error(function: object) -> None:
    assert callable(function)
    with pytest.raises(InvalidInputError, match="all empty"):
        function(["a"], [""])
    with pytest.raises(InvalidInputError, match="1 predictions and 2 references"):
        function(["a"], ["a", "b"])


def test_accuracy_of_nothing_is_an_error() -> None:
    with pytest.raises(InvalidInputError, match="at least one item"):
        metrics.accuracy([], [])


def test_interval_is_seeded_and_holds_the_rate() -> None:
    generator = random.Random(0)
    references = ["".join(generator.choices("abcde", k=40)) for _ in range(200)]
    predictions = [r[: generator.randint(30, 40)] for r in references]
    rate = metrics.character_error_rate(predictions, references)
    low, high = cer_interval(predictions, references)
    assert low < rate < high
    assert (low, high) == cer_interval(predictions, references)
    assert (low, high) != cer_interval(predictions, references, seed=1)


def test_interval_has_the_width_of_the_normal_approximation() -> None:
    generator = np.random.default_rng(0)
    errors = (generator.random(2000) < 0.2).astype(np.int64)
    low, high = metrics.rate_interval(errors, np.ones(2000, np.int64))
    rate = errors.mean()
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(rate * (1 - rate) / 2000), rel=0.1)


def test_interval_of_perfect_predictions_is_zero() -> None:
    assert cer_interval(["ab", "c"], ["ab", "c"]) == (0.0, 0.0)
