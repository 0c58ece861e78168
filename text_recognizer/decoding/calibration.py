"""Confidences as probabilities: Platt scaling with more features than one, fitted on validation lines."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Reals

_CLIP = 1e-6  # log odds of 0 and 1 are infinite; a network's confidence is not exact to a millionth anyway


@dataclass(frozen=True)
class Evidence:
    """What a line tells about how much of it is right, besides the probability of what was found.

    A network that does not know a hand gives its letters probabilities as high as those of a hand that it
    knows, and a language model chooses words from them. But few of these letters are sure by themselves, and
    the words do not go together.

    ```python
    from text_recognizer.decoding.calibration import Calibration, Evidence

    calibration = Calibration(likelihood=0.6)
    print(calibration.apply(0.9, Evidence(likelihood=0.5)))  # of words that go together
    print(calibration.apply(0.9, Evidence(likelihood=-1.0)))  # of others
    ```

    Attributes:
        likelihood: By how much ln p of the text by the language model, for each character, exceeds what is
            usual; 0 without one, and for lone words and numbers, of which it tells little.
        legibility: Log odds of the geometric mean of the network's probabilities of its best labels, over
            the frames where these are no blanks.
    """

    likelihood: float = 0.0
    legibility: float = 0.0


NO_EVIDENCE = Evidence()


@dataclass(frozen=True)
class Calibration:
    """Maps a confidence to the share of right answers at that confidence: Platt scaling of its log odds.

    J. Platt, "Probabilistic outputs for support vector machines ..." (1999), with more features than one. An
    attribute is the factor of a feature in the log odds, see `features`.

    ```python
    from text_recognizer.decoding.calibration import Calibration

    doubtful = Calibration(slope=0.5)
    print(doubtful.apply([0.5, 0.99]))  # 0.5 stays, 0.99 becomes 0.91
    ```

    Attributes:
        slope: Of the log odds of the confidence; below 1 for a network that is surer than it is right.
        offset: Added to the log odds.
        likelihood: Of that of the line.
        legibility: Of that of the line.
        unknown: Added to the log odds of a word that the language does not have; to those of a number, if it
            is whole: it may be an amount or a time that has lost its mark.
    """

    slope: float = 1.0
    offset: float = 0.0
    likelihood: float = 0.0
    legibility: float = 0.0
    unknown: float = 0.0

    def apply(
        self,
        confidences: npt.ArrayLike,
        evidence: Evidence = NO_EVIDENCE,
        unknown: npt.ArrayLike = 0.0,
    ) -> Reals:
        """Return calibrated confidences, 0-1, of the shape of `confidences`, any, such as (N,).

        Args:
            confidences: See `features`, as for the others.
            evidence: Of their line.
            unknown: Of the language.
        """
        return self.of(features(confidences, evidence, unknown))

    def of(self, x: Reals) -> Reals:
        """Return the calibrated confidences (*axes) of features (*axes, 5)."""
        odds = x @ np.array([self.slope, self.offset, self.likelihood, self.legibility, self.unknown])
        return np.asarray(np.exp(-np.logaddexp(0, -odds)))


def features(
    confidences: npt.ArrayLike, evidence: Evidence = NO_EVIDENCE, unknown: npt.ArrayLike = 0.0
) -> Reals:
    """Return what a `Calibration` weighs, (*axes, 5): a column for each of its attributes.

    Args:
        confidences: 0-1, (*axes), such as (N,).
        evidence: Of their line.
        unknown: 1 for a confidence in a word that the language does not have, 0 for others, (*axes) or one
            for all.
    """
    odds = log_odds(confidences)
    columns = np.empty((*odds.shape, 5))  # filled in place: stacking takes several times as long for a few
    columns[..., 0], columns[..., 1], columns[..., 4] = odds, 1.0, unknown
    columns[..., 2], columns[..., 3] = evidence.likelihood, evidence.legibility
    return columns


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
