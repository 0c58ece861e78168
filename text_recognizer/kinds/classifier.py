"""Whether a line is handwriting or print: a network of one hidden layer over the features of its ink."""

import functools
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import InkMap, Reals
from text_recognizer.errors import ArtifactError
from text_recognizer.kinds.features import FEATURES, line_features
from text_recognizer.types import LineKind

WEIGHTS = Path(__file__).with_name("weights.json")  # fitted by `python -m training.kinds.fit`
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

    def print_probability(self, features: Reals) -> Reals:
        """Return the probabilities (N,) that lines with features (N, F) are print."""
        logit = np.tanh(self.scaled(features) @ self.hidden + self.hidden_bias) @ self.output + self.bias
        return np.asarray(1 / (1 + np.exp(-logit)))


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


def line_kind(ink: InkMap) -> LineKind | None:
    """Return whether the ink (H, W) of a line is handwriting or print; None if it is blank."""
    features = line_features(ink)
    if features is None:
        return None
    probability = float(load_weights().print_probability(features[None])[0])
    return "print" if probability > 0.5 else "handwriting"
