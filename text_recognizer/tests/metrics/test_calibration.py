import numpy as np
import pytest

from text_recognizer.metrics.calibration import expected_calibration_error, matched


@pytest.mark.parametrize(
    ("prediction", "reference", "right"),
    [
        ("abc", "abc", "+++"),
        ("abc", "axc", "+-+"),
        ("abbc", "abc", None),  # either b
        ("ac", "abc", "++"),
        ("xab", "ab", "-++"),
        ("abc", "", "---"),
        ("", "abc", ""),
    ],
)
def test_matched_are_the_characters_that_no_edit_touches(
    prediction: str, reference: str, right: str | None
) -> None:
    found = matched(prediction, reference)
    assert sum(found) == (3 if right is None else right.count("+"))
    assert right is None or found == [sign == "+" for sign in right]


def test_words_are_matched_as_wholes() -> None:
    assert matched(["to", "be", "o"], ["to", "be", "or"]) == [True, True, False]


def test_error_is_nothing_for_true_confidences_and_the_gap_for_others() -> None:
    generator = np.random.default_rng(0)
    confidences = generator.uniform(0, 1, 20_000)
    right = (generator.uniform(0, 1, 20_000) < confidences).astype(float)
    assert expected_calibration_error(confidences, right) < 0.02
    halves = np.repeat([0.0, 1.0], 50)  # in bins of their own
    assert expected_calibration_error(np.full(100, 0.9), halves) == pytest.approx(0.5 * 0.9 + 0.5 * 0.1)
    assert expected_calibration_error(np.full(10, 0.9), np.ones(10)) == pytest.approx(0.1)
