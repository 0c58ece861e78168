"""The consistency loss: two masked views of the same line should be read alike (CR-CTC).

Yao et al., "CR-CTC: Consistency regularization on CTC for improved speech recognition", ICLR 2025 (arXiv
2410.05101), with the spans of features masked as by Li et al., "HTR-VT", Pattern Recognition 2025 (arXiv
2409.08573). The views share the convolutions: masks lie on the features of the frames, so that the second
view costs only the layers behind them.
"""

from typing import Any

from keras import ops, random

SPAN_FRAMES = 5  # width of a masked span: about two letters, with a frame every 8 columns of a line 64 high


def masked(features: Any, share: float, seed: random.SeedGenerator) -> Any:
    """Return features with spans of SPAN_FRAMES frames set to 0, which may overlap.

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
    # A frame stays if none of the SPAN_FRAMES spans that would cover it begins: (1 - begins)^SPAN_FRAMES.
    begins = 1 - (1 - share) ** (1 / SPAN_FRAMES)
    first = ops.cast(random.uniform((size[0], size[1], 1), seed=seed, dtype="float32") < begins, "float32")
    covered = ops.max_pool(first, SPAN_FRAMES, strides=1, padding="same")  # (N, T, 1)
    return features * ops.cast(1 - covered, features.dtype)


def two_views(features: Any, share: float, seed: random.SeedGenerator) -> Any:
    """Return features (N, T, F) under two random masks, (2 N, T, F): all under the first, then the second."""
    return masked(ops.concatenate([features, features]), share, seed)


def consistency_loss(logits: Any) -> Any:
    """Return how differently two views are read, mean over the lines.

    Args:
        logits: (2 N, T, C), the second views behind the first ones.

    Returns:
        The mean of the two Kullback-Leibler divergences between the labels of a frame, summed over the
        frames. Each view learns from the other as a fixed target (equation 5 of CR-CTC).
    """
    log_probabilities = ops.log_softmax(ops.cast(logits, "float32"))
    first, second = ops.split(log_probabilities, 2)
    return (_divergence(first, second) + _divergence(second, first)) / 2


def _divergence(target: Any, view: Any) -> Any:
    """Return KL(target || view) of log probabilities (N, T, C); only `view` learns from it."""
    target = ops.stop_gradient(target)
    return ops.mean(ops.sum(ops.exp(target) * (target - view), axis=(1, 2)))
