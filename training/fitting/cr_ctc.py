"""Two masked views of the same line must be read alike: CR-CTC.

Yao et al., "CR-CTC: Consistency regularization on CTC for improved speech recognition", ICLR 2025 (arXiv
2410.05101), with the spans of features masked as by Li et al., "HTR-VT", Pattern Recognition 2025 (arXiv
2409.08573). The views share the convolutions: they begin where the features of the frames are, so that the
second one costs no more than what looks along the line.
"""

from typing import Any

from keras import ops, random

# Frames of a masked span; some two letters wide at a frame every 8 columns of a line 64 high.
SPAN = 5


def masked(features: Any, share: float, seed: random.SeedGenerator) -> Any:
    """Return features with spans of SPAN frames set to 0, which may overlap.

    Args:
        features: (N, T, F).
        share: Expected share of the frames that are masked, in [0, 1); for 0 nothing is drawn.
        seed: Source of randomness.

    Returns:
        (N, T, F).
    """
    if share == 0:
        return features
    size = ops.shape(features)
    begins = 1 - (1 - share) ** (1 / SPAN)  # a frame stays if none of SPAN spans begins that would cover it
    first = ops.cast(random.uniform((size[0], size[1], 1), seed=seed, dtype="float32") < begins, "float32")
    covered = ops.max_pool(first, SPAN, strides=1, padding="same")  # (N, T, 1)
    return features * ops.cast(1 - covered, features.dtype)


def two_views(features: Any, share: float, seed: random.SeedGenerator) -> Any:
    """Return features (N, T, F) masked in two ways, (2 N, T, F): first all in one way, then in the other."""
    return masked(ops.concatenate([features, features]), share, seed)


def disagreement(logits: Any) -> Any:
    """Return how much two views differ, mean over the lines.

    Args:
        logits: (2 N, T, C), the second views behind the first ones.

    Returns:
        The mean of both Kullback-Leibler divergences of a frame's labels, summed over the frames. Gradients
        flow into the view that is compared, not into the one it is compared with (equation 5 of CR-CTC).
    """
    log_probabilities = ops.log_softmax(ops.cast(logits, "float32"))
    first, second = ops.split(log_probabilities, 2)
    return (_divergence(first, second) + _divergence(second, first)) / 2


def _divergence(target: Any, view: Any) -> Any:
    """Return KL(target || view) of log probabilities (N, T, C); only `view` learns from it."""
    target = ops.stop_gradient(target)
    return ops.mean(ops.sum(ops.exp(target) * (target - view), axis=(1, 2)))
