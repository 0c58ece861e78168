"""Whether a line is handwriting or print: a network of one hidden layer over the features of its ink."""

import functools
import json
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


def line_kinds(evidence: Sequence[float]) -> list[LineKind]:
    """Return the kinds of lines in reading order; lines that are hard to tell follow their neighbours.

    Args:
        evidence: Log odds that each is print.
    """
    values = np.array(evidence, np.float64)
    padded = np.concatenate((values[:1], values, values[-1:]))  # at the ends a line is its own neighbour
    around = (padded[:-2] + padded[2:]) / 2 if evidence else values
    together = values + np.where(np.abs(values) < _SURE_LOG_ODDS, around, 0)
    return ["print" if value > 0 else "handwriting" for value in together.tolist()]


def line_kind(ink: InkMap) -> LineKind | None:
    """Return whether the ink (H, W) of a line is handwriting or print; None if it is blank."""
    return line_kinds([print_evidence(ink)])[0] if ink.any() else None
