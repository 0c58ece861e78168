"""Metrics of words by the protocol of scene text recognition."""

import numpy as np
import pytest

from text_recognizer.errors import InvalidInputError
from text_recognizer.metrics.words import (
    edit_similarities,
    mean_interval,
    normalized_edit_similarity,
    protocol_form,
    word_accuracy,
    word_matches,
)


@pytest.mark.parametrize(
    ("text", "form"), [("Don't", "dont"), ("$1.50", "150"), ("CAFÉ", "caf"), ("a b", "ab"), ("&!", "")]
)
def test_only_letters_and_digits_count_and_not_their_case(text: str, form: str) -> None:
    assert protocol_form(text) == form


def test_accuracy_is_the_share_of_words_that_are_equal() -> None:
    assert word_accuracy(["HELLO!", "world", "x"], ["hello", "word", "X"]) == pytest.approx(2 / 3)
    np.testing.assert_array_equal(word_matches(["a", "b"], ["A", "c"]), [1, 0])


def test_similarity_divides_by_the_longer_word() -> None:
    predictions, references = ["abc", "", "abcd", "x"], ["abc", "ab", "ab", "ab"]
    np.testing.assert_allclose(edit_similarities(predictions, references), [1, 0, 0.5, 0])
    assert normalized_edit_similarity(predictions, references) == pytest.approx(1.5 / 4)


def test_references_without_letter_or_digit_are_left_out() -> None:
    assert word_accuracy(["a", "x", ""], ["a", "&", "!"]) == 1
    assert normalized_edit_similarity(["ab", "x"], ["ac", "&"]) == 0.5


@pytest.mark.parametrize("references", [[], ["!"]])
def test_nothing_to_score_is_said(references: list[str]) -> None:
    with pytest.raises(InvalidInputError, match="letter or a digit"):
        word_accuracy(["a"] * len(references), references)


def test_unequal_numbers_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="2 predictions and 1 references"):
        word_accuracy(["a", "b"], ["a"])


def test_interval_holds_the_mean_and_narrows_with_the_words() -> None:
    rng = np.random.default_rng(3)
    few, many = (rng.random(n) < 0.8 for n in (50, 5000))
    (low, high), (near_low, near_high) = (mean_interval(hits.astype(float)) for hits in (few, many))
    assert low <= few.mean() <= high
    assert near_low <= many.mean() <= near_high
    assert near_high - near_low < 0.3 * (high - low)
    assert mean_interval(np.ones(9)) == (1, 1)
    with pytest.raises(InvalidInputError, match="at least one"):
        mean_interval(np.zeros(0))
