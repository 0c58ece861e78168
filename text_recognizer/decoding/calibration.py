"""Confidences as probabilities: Platt scaling with one more feature, fitted on validation lines."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Reals

_CLIP = 1e-6  # log odds of 0 and 1 are infinite; a network's confidence is not exact to a millionth anyway


@dataclass(frozen=True)
class Calibration:
    """Maps a confidence to the share of right answers at that confidence: Platt scaling of its log odds.

    J. Platt, "Probabilistic outputs for support vector machines ..." (1999). Where a language model has
    corrected much of a line, less of it is right than the probabilities of the image tell: the share of what
    it changed is a second feature.

    ```python
    from text_recognizer.decoding.calibration import Calibration

    doubtful = Calibration(slope=0.5)
    print(doubtful.apply([0.5, 0.99]))  # 0.5 stays, 0.99 becomes 0.91
    ```

    Attributes:
        slope: Factor of the log odds; below 1 for a network that is surer than it is right.
        offset: Added to the log odds.
        disagreement: Added to the log odds, times the disagreement of the decoders about the line.
    """

    slope: float = 1.0
    offset: float = 0.0
    disagreement: float = 0.0

    def apply(self, confidences: npt.ArrayLike, disagreement: npt.ArrayLike = 0.0) -> Reals:
        """Return calibrated confidences.

        Args:
            confidences: 0-1, of any shape, such as (N,).
            disagreement: Of their line, or of the line of each: edits between what was found and what the
                network alone reads, for each character.

        Returns:
            In [0, 1], in the shape of `confidences`.
        """
        changed = self.disagreement * np.asarray(disagreement, np.float64)
        odds = self.slope * log_odds(confidences) + self.offset + changed
        return np.asarray(np.exp(-np.logaddexp(0, -odds)))


@dataclass(frozen=True)
class Calibrations:
    """One calibration for each kind of confidence.

    ```python
    from text_recognizer.decoding.calibration import Calibration, Calibrations

    print(Calibrations(word=Calibration(slope=0.8, offset=-0.1)).word)
    ```

    Attributes:
        character: Gives the probability that a character is right.
        word: Gives the probability that a whole word is right.
        line: Gives the share of a line's characters that are right.
        text: Gives the probability that a whole line reads exactly so, from its share of the search's scores.
        number: Gives the probability that the whole of a number is right. No language model has ruled out
            its wrong digits, so that it is less sure than a word.
    """

    character: Calibration = field(default_factory=Calibration)
    word: Calibration = field(default_factory=Calibration)
    line: Calibration = field(default_factory=Calibration)
    number: Calibration = field(default_factory=Calibration)
    text: Calibration = field(default_factory=Calibration)


def log_odds(probabilities: npt.ArrayLike) -> Reals:
    """Return ln(p / (1 - p)) in the shape of `probabilities`, any, such as (N,); finite also for 0 and 1."""
    clipped = np.clip(np.asarray(probabilities, np.float64), _CLIP, 1 - _CLIP)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))
