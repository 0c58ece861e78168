"""Whether a line is handwriting or print: a network of one hidden layer over the features of its ink."""

import functools
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import InkMap, Reals
from text_recognizer.errors import ArtifactError
from text_recognizer.kinds.features import FEATURES, line_features
from text_recognizer.predictions.types import LineKind

WEIGHTS = Path(__file__).with_name("weights.json")  # fitted by `python -m training.kinds.fit`
_SURE_LOG_ODDS = 3.0  # 95 %: beyond it, a line stands for itself
_NEIGHBOURS = 4  # before and behind a line that are asked, the nearer the more
_ALIKE = 1.35  # times as high, at most, is a line that says something about another one
_TINY = 1e-9  # so that a line without such a neighbour divides by something
_MAX_DEVIATIONS = 4.0  # of a feature from its mean: what lies further out says no more


class KindWeights(NamedTuple):
    """The parameters of the network.

    ```python
    from text_recognizer.kinds.classifier import load_weights

    weights = load_weights()
    print(weights.hidden.shape, weights.output.shape)
    ```

    Attributes:
        mean: (F,) mean of each feature.
        deviation: (F,) its standard deviation.
        hidden: (F, U) weights of the hidden units.
        hidden_bias: (U,) their biases.
        output: (U,) weights of the output.
        bias: (1,) its bias.
    """

    mean: Reals
    deviation: Reals
    hidden: Reals
    hidden_bias: Reals
    output: Reals
    bias: Reals

    def scaled(self, features: Reals) -> Reals:
        """Return features (N, F) in standard deviations from their means."""
        scaled = (features - self.mean) / self.deviation
        return np.asarray(np.clip(scaled, -_MAX_DEVIATIONS, _MAX_DEVIATIONS))

    def print_log_odds(self, features: Reals) -> Reals:
        """Return the log odds (N,) that lines with features (N, F) are print."""
        hidden = np.tanh(self.scaled(features) @ self.hidden + self.hidden_bias)
        return np.asarray(hidden @ self.output + self.bias)


@functools.cache
def load_weights() -> KindWeights:
    """Return the shipped weights, read once.

    Raises:
        ArtifactError: If they are missing or damaged.
    """
    try:
        fields = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
        weights = KindWeights(**{name: np.array(fields[name], np.float64) for name in KindWeights._fields})
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ArtifactError(f"{WEIGHTS.name} cannot be read: {error}. Install the package again.") from error
    if weights.hidden.shape[0] != FEATURES:
        raise ArtifactError(f"{WEIGHTS.name} has {weights.hidden.shape[0]} features; expected {FEATURES}.")
    return weights


def print_evidence(ink: InkMap) -> float:
    """Return the log odds that the ink (H, W) of a line is print; 0 if it is blank."""
    features = line_features(ink)
    return 0.0 if features is None else float(load_weights().print_log_odds(features[None])[0])


def line_kinds(evidence: Sequence[float], heights: Sequence[float]) -> list[LineKind]:
    """Return the kinds of lines in reading order; lines that are hard to tell follow their neighbours.

    Only neighbours of about the same height say something: print is mostly smaller than what is written
    beside it. None of them says more than a line that is just sure, so that two lines of print are not
    outvoted by a page of handwriting.

    Args:
        evidence: Log odds that each is print.
        heights: Of the lines, in pixels.
    """
    values, sizes = np.array(evidence, np.float64), np.log(np.maximum(1.0, heights))
    bounded = np.clip(values, -_SURE_LOG_ODDS, _SURE_LOG_ODDS)
    said, weights = np.zeros(len(values)), np.full(len(values), _TINY)
    for distance in range(1, min(_NEIGHBOURS, len(values) - 1) + 1):
        before, behind = slice(None, -distance), slice(distance, None)
        alike = 0.5**distance * (np.abs(sizes[behind] - sizes[before]) < math.log(_ALIKE))
        for line, other in ((before, behind), (behind, before)):
            said[line] += alike * bounded[other]
            weights[line] += alike
    together = values + np.where(np.abs(values) < _SURE_LOG_ODDS, said / weights, 0)
    return ["print" if value > 0 else "handwriting" for value in together.tolist()]


def line_kind(ink: InkMap) -> LineKind | None:
    """Return whether the ink (H, W) of a line is handwriting or print; None if it is blank."""
    return line_kinds([print_evidence(ink)], [len(ink)])[0] if ink.any() else None
