"""Confidences as probabilities: Platt scaling, fitted on validation lines."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Turns a confidence into how often it is right: Platt scaling of its log odds (Platt 1999)."""

    slope: float = 1.0
    offset: float = 0.0

    def apply(self, confidences: npt.ArrayLike) -> Reals:
        """Return calibrated confidences in [0, 1], of the shape of `confidences`."""
        return np.asarray(np.exp(-np.logaddexp(0, -(self.slope * log_odds(confidences) + self.offset))))


@dataclass(frozen=True)
class Calibrations:
    """One for each kind of confidence.

    Attributes:
        character: Becomes the probability that the character is right.
        word: That the whole word is.
        line: The share of the line's characters that are right.
    """

    character: Calibration = field(default_factory=Calibration)
    word: Calibration = field(default_factory=Calibration)
    line: Calibration = field(default_factory=Calibration)


def log_odds(probabilities: npt.ArrayLike) -> Reals:
    """Return ln(p / (1 - p)), finite also for 0 and 1."""
    clipped = np.clip(np.asarray(probabilities, np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))
