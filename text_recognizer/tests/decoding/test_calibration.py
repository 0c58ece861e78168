from dataclasses import asdict

import numpy as np
import pytest

from text_recognizer.decoding.calibration import Calibration, Calibrations, Evidence, features, log_odds


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


def test_evidence_and_unknown_words_move_the_log_odds() -> None:
    calibration = Calibration(1.0, 0.5, likelihood=0.25, legibility=2.0, unknown=-3.0)
    found = calibration.apply([0.5, 0.5], Evidence(likelihood=-4.0, legibility=1.5), [0, 1])
    np.testing.assert_allclose(log_odds(found), [0.5 - 1.0 + 3.0, 0.5 - 1.0 + 3.0 - 3.0], rtol=1e-9)
    np.testing.assert_array_equal(calibration.of(features([0.5, 0.5], Evidence(-4.0, 1.5), [0, 1])), found)


def test_features_have_a_column_for_each_attribute_of_a_calibration() -> None:
    assert features([[0.5], [0.9]], Evidence(-2.0, 1.0), 1.0).shape == (2, 1, 5)
    assert features(0.5, Evidence(-2.0, 1.0)).tolist() == [0.0, 1.0, -2.0, 1.0, 0.0]
    assert len(asdict(Calibration())) == 5
