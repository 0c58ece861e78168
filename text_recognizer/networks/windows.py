"""What the networks that slide a window along a line share."""

import math
from collections.abc import Sequence

import keras
from keras import layers, ops

from text_recognizer.errors import ConfigError
from text_recognizer.networks.normalization import BatchNormalization

ROW_POOLING = 4  # rows of the image per row of `convolutions`: two poolings by 2


def check_windows(height: int | None, window_width: int | None, window_stride: int) -> None:
    """Refuse heights and windows that cannot be built.

    Raises:
        ConfigError: If the height is free or no multiple of 4, or a window or its stride has no column.
    """
    if height is None or height % ROW_POOLING:
        raise ConfigError(f"Expected a height that is a multiple of {ROW_POOLING}; received {height}.")
    if window_stride < 1 or (window_width is not None and window_width < 1):
        raise ConfigError(
            f"Expected at least 1 column for a window and its stride; received window_width={window_width}, "
            f"window_stride={window_stride}."
        )


def column_pooling(window_width: int | None, window_stride: int) -> int:
    """Return how many columns of the image the convolutions may join, 4, 2 or 1, so that windows stay exact.

    >>> column_pooling(16, 8), column_pooling(28, 14), column_pooling(12, 5)
    (4, 2, 1)
    """
    return math.gcd(4, window_width or 0, window_stride)


def convolutions(
    image: keras.KerasTensor, filters: Sequence[int], batch_norm: bool, columns: int
) -> keras.KerasTensor:
    """Return the features (N, H / 4, ceil(W / columns), filters[-1]) of a line (N, H, W, 1).

    Args:
        image: Input of the network.
        filters: Filters of the 3x3 convolutions; the first two are followed by a pooling, 2 rows high.
        batch_norm: Whether each convolution is followed by batch normalization.
        columns: From `column_pooling`; the first pooling joins two columns if it is 2, both do if it is 4.
    """
    x = image
    for index, count in enumerate(filters):
        x = layers.Conv2D(count, 3, padding="same", use_bias=not batch_norm)(x)
        x = normalized(x, batch_norm)
        if index < 2:
            x = layers.MaxPooling2D((2, 2 if columns > 2**index else 1), padding="same")(x)
    return x


def slide_window(
    x: keras.KerasTensor,
    features: int,
    window_width: int,
    window_stride: int,
    batch_norm: bool,
    columns: int,
) -> keras.KerasTensor:
    """Return one row of features per window, (N, ceil(W / window_stride), features).

    A window is the kernel of a convolution over the whole height, so that windows share the convolutions
    before it. The line is padded at both ends, so that the last columns lie in a window too.

    Args:
        x: (N, H / 4, ceil(W / columns), F) from `convolutions`; its height is known.
        features: Features of each window.
        window_width: Columns of the image in a window.
        window_stride: Columns of the image from one window to the next.
        batch_norm: Whether the features are batch-normalized.
        columns: From `column_pooling`.
    """
    x = ops.transpose(x, (0, 2, 1, 3))
    x = layers.Reshape((-1, x.shape[2] * x.shape[3]))(x)  # (N, ceil(W / columns), H/4 * F)
    width, stride = window_width // columns, window_stride // columns
    x = layers.Conv1D(features, width, strides=stride, padding="same", use_bias=not batch_norm)(x)
    return normalized(x, batch_norm)


def normalized(x: keras.KerasTensor, batch_norm: bool) -> keras.KerasTensor:
    """Return relu(x), or with `batch_norm` relu of x batch-normalized, in the shape of x."""
    if batch_norm:
        x = BatchNormalization(momentum=0.95)(x)
    return layers.Activation("relu")(x)
