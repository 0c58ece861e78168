"""Fit what tells print from handwriting: `python -m training.kinds.fit --save`.

A network with one hidden layer over the features of a line, by Adam (Kingma & Ba 2015, arXiv 1412.6980) with
weight decay. Sources count by the square root of their lines, so that none outweighs the others, and both
kinds count alike. Accuracies are those of validation: other writers, other forms, other families of fonts.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from text_recognizer.arrays import Flags, Reals
from text_recognizer.files import write_json
from text_recognizer.kinds.classifier import WEIGHTS, KindWeights
from text_recognizer.kinds.features import line_features
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from training.kinds.samples import samples

UNITS = 24  # 12 were a point worse on validation, more were not tried
EPOCHS = 60
BATCH = 128
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 0.01
DECIMALS = 4  # of the saved weights, which then take 10 kB
_SEED = 0
_BETAS = 0.9, 0.999  # of Adam
_TINY = 1e-8


def fit(features: Reals, printed: Flags, weights: Reals, epochs: int = EPOCHS) -> KindWeights:
    """Return the network of least weighted cross-entropy.

    Args:
        features: (N, F) of the lines.
        printed: (N,) which of them are print.
        weights: (N,) how much each counts.
        epochs: How often each is seen.
    """
    mean, deviation = features.mean(axis=0), features.std(axis=0) + _TINY
    rng, count = np.random.default_rng(_SEED), features.shape[1]
    shapes = ((count, UNITS), (UNITS,), (UNITS,), (1,))
    parameters = [
        rng.normal(0, shape[0] ** -0.5, shape) * (index % 2 == 0) for index, shape in enumerate(shapes)
    ]
    moments = [[np.zeros(shape) for shape in shapes] for _ in _BETAS]
    order, step = np.arange(len(features)), 0
    for epoch in range(epochs):
        rng.shuffle(order)
        rate = LEARNING_RATE / 2 * (1 + np.cos(np.pi * epoch / epochs))
        for first in range(0, len(order), BATCH):
            some = order[first : first + BATCH]
            network = KindWeights(mean, deviation, *parameters)
            step += 1
            slopes = _gradients(network, features[some], printed[some], weights[some])
            for index, slope in enumerate(slopes):
                _update(parameters, [moment[index] for moment in moments], index, slope, rate, step)
    return KindWeights(mean, deviation, *parameters)


def _gradients(network: KindWeights, features: Reals, printed: Flags, weights: Reals) -> list[Reals]:
    """Return the slopes of the cross-entropy of some lines, (n, F), by each of the four parameters."""
    scaled = network.scaled(features)
    hidden = np.tanh(scaled @ network.hidden + network.hidden_bias)  # (n, UNITS)
    probability = 1 / (1 + np.exp(-network.print_log_odds(features)))
    error = weights * (probability - printed) / len(features)
    back = error[:, None] * network.output * (1 - hidden**2)
    return [scaled.T @ back, back.sum(axis=0), hidden.T @ error, np.array([error.sum()])]


def _update(
    parameters: list[Reals], moments: list[Reals], index: int, slope: Reals, rate: float, step: int
) -> None:
    """Move a parameter by a step of Adam, in place; weights, not biases, decay.

    Args:
        parameters: Of all layers, (...,) each.
        moments: The first and the second one of the parameter, in its shape.
        index: Which parameter.
        slope: Of the loss, in the same shape.
        rate: Of learning.
        step: Number of the step, from 1 on.
    """
    for moment, beta, value in zip(moments, _BETAS, (slope, slope**2), strict=True):
        moment *= beta
        moment += (1 - beta) * value
    first, second = (moment / (1 - beta**step) for moment, beta in zip(moments, _BETAS, strict=True))
    decay = WEIGHT_DECAY * parameters[index] * (index % 2 == 0)
    parameters[index] = parameters[index] - rate * (first / (np.sqrt(second) + _TINY) + decay)


def balanced(sources: Sequence[str], printed: Flags) -> Reals:
    """Return how much each line (N,) counts: both kinds alike, sources by the square root of their lines."""
    names = np.array(sources)
    weights = np.array([np.count_nonzero(names == name) for name in names]) ** -0.5
    for kind in (False, True):
        weights[printed == kind] /= max(_TINY, weights[printed == kind].sum())
    return np.asarray(weights * len(names) / 2)


def accuracies(
    network: KindWeights, features: Reals, printed: Flags, sources: Sequence[str]
) -> dict[str, Any]:
    """Return the number of lines (N, F) of each source and the share whose kind is told rightly."""
    right, names = (network.print_log_odds(features) > 0) == printed, np.array(sources)
    return {
        name: {"lines": int((names == name).sum()), "right": round(float(right[names == name].mean()), 4)}
        for name in sorted(set(sources))
    }


def _collected(split: str, rng: np.random.Generator) -> tuple[Reals, Flags, list[str]]:
    """Return the features (N, F) of the lines of a split, which are print, (N,), and their sources."""
    found = [(line_features(sample.ink), sample) for sample in samples(split, rng)]
    rows = [(features, sample) for features, sample in found if features is not None]
    printed = np.array([sample.kind == "print" for _, sample in rows])
    return np.array([features for features, _ in rows]), printed, [sample.source for _, sample in rows]


def _work(options: argparse.Namespace) -> None:
    rng = np.random.default_rng(_SEED)
    features, printed, sources = _collected("train", rng)
    network = fit(features, printed, balanced(sources, printed))
    rounded = KindWeights(*(np.round(values, DECIMALS) for values in network))
    measured = accuracies(rounded, *_collected("validation", rng))
    for name, figures in measured.items():
        sys.stdout.write(f"{name}: {figures['right']:.1%} of {figures['lines']} lines\n")
    if options.save:
        weights = {name: values.tolist() for name, values in zip(KindWeights._fields, rounded, strict=True)}
        write_json(
            WEIGHTS, {"made_by": "python -m training.kinds.fit", "measured": measured, "weights": weights}
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    add_mirror_argument(parser)
    parser.add_argument("--save", action="store_true", help=f"replace {WEIGHTS.name} of the package")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
