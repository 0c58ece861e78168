import numpy as np
import pytest

from text_recognizer.decoding.probabilities import log_softmax, probabilities_and_logarithms, softmax


@pytest.mark.parametrize("shape", [(5, 4), (2, 3, 4), (0, 4)])
def test_rows_are_the_exponentials_over_their_sum(shape: tuple[int, ...]) -> None:
    logits = np.random.default_rng(0).normal(0, 3, shape).astype(np.float32)
    expected = np.exp(logits.astype(np.float64))
    expected /= expected.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(softmax(logits), expected, rtol=1e-12)
    np.testing.assert_allclose(log_softmax(logits), np.log(expected), rtol=1e-9)
    assert softmax(logits).dtype == log_softmax(logits).dtype == np.float64


def test_large_logits_do_not_overflow() -> None:
    logits = np.array([[1e4, 0.0], [np.finfo(np.float32).max / 4, 0.0]], np.float32)
    assert softmax(logits).tolist() == [[1, 0], [1, 0]]
    assert log_softmax(logits)[0].tolist() == [0, -1e4]


def test_a_floor_leaves_no_probability_at_zero() -> None:
    logits = np.array([[1e4, 0.0, 9999.0]])
    row = softmax(logits, floor=-60.0)[0]
    assert row[1] == pytest.approx(np.exp(-60) / (1 + np.exp(-1)))
    assert row[2] == pytest.approx(np.exp(-1) / (1 + np.exp(-1)))
    assert row.sum() == pytest.approx(1)


def test_both_at_once_are_the_same() -> None:
    logits = np.random.default_rng(1).normal(0, 3, (6, 5)).astype(np.float32)
    probabilities, logarithms = probabilities_and_logarithms(logits)
    np.testing.assert_array_equal(probabilities, softmax(logits))
    np.testing.assert_array_equal(logarithms, log_softmax(logits))
