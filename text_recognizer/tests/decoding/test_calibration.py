import numpy as np
import pytest

from text_recognizer.decoding.calibration import Calibration, Calibrations, log_odds


def test_by_default_nothing_changes() -> None:
    confidences = np.array([[0.01, 0.5], [0.8, 0.999]])
    np.testing.assert_allclose(Calibration().apply(confidences), confidences, rtol=1e-9)
    assert Calibrations() == Calibrations(Calibration(1, 0), Calibration(1, 0), Calibration(1, 0))


@pytest.mark.parametrize(("slope", "offset"), [(0.5, 0.0), (2.0, -1.0), (1.0, 0.7)])
def test_it_is_the_logistic_function_of_scaled_log_odds(slope: float, offset: float) -> None:
    confidences = np.array([0.1, 0.3, 0.5, 0.9])
    odds = (confidences / (1 - confidences)) ** slope * np.exp(offset)
    np.testing.assert_allclose(Calibration(slope, offset).apply(confidences), odds / (1 + odds), rtol=1e-9)


def test_certainty_stays_finite_and_in_range() -> None:
    odds = log_odds([0.0, 0.5, 1.0])
    assert np.isfinite(odds).all()
    np.testing.assert_allclose(odds, [np.log(1e-6), 0, -np.log(1e-6)], rtol=1e-5)
    extreme = Calibration(50.0, 30.0).apply([0.0, 1.0])
    assert ((extreme >= 0) & (extreme <= 1)).all()
