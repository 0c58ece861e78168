"""What the networks that slide a window along a line share."""

from collections.abc import Sequence

import keras
from keras import layers, ops

# Columns of the image per column of `convolutions`: two poolings.
POOL = 4


def convolutions(image: keras.KerasTensor, filters: Sequence[int], batch_norm: bool) -> keras.KerasTensor:
    """Return the features (N, ceil(H / 4), ceil(W / 4), filters[-1]) of a line (N, H, W, 1).

    Args:
        image: Input of the network.
        filters: Filters of the 3x3 convolutions; the first two are followed by a 2x2 max-pooling.
        batch_norm: Whether each convolution is followed by batch normalisation.
    """
    x = image
    for index, count in enumerate(filters):
        x = layers.Conv2D(count, 3, padding="same", use_bias=not batch_norm)(x)
        x = normalised(x, batch_norm)
        if index < 2:
            x = layers.MaxPooling2D(2, padding="same")(x)
    return x


def slide_window(
    x: keras.KerasTensor, features: int, window_width: int, window_stride: int, batch_norm: bool
) -> keras.KerasTensor:
    """Return one row of features per window, (N, ceil(W / window_stride), features).

    A window is the kernel of a convolution over the whole height, so that windows share the convolutions
    before it. There are ceil(W / window_stride) of them, padded at both edges; of the
    floor((W - window_width) / window_stride) + 1 windows of 2019 none held the last columns.

    Args:
        x: (N, H / 4, W / 4, F) from `convolutions`; its height is known.
        features: Of each window.
        window_width: Columns of the image in a window, a multiple of 4.
        window_stride: Columns of the image from one window to the next, a multiple of 4.
        batch_norm: Whether the features are batch-normalised.
    """
    x = ops.transpose(x, (0, 2, 1, 3))
    x = layers.Reshape((-1, x.shape[2] * x.shape[3]))(x)  # (N, W/4, H/4 * F)
    width, stride = window_width // POOL, window_stride // POOL
    x = layers.Conv1D(features, width, strides=stride, padding="same", use_bias=not batch_norm)(x)
    return normalised(x, batch_norm)


def normalised(x: keras.KerasTensor, batch_norm: bool) -> keras.KerasTensor:
    """Return relu(x), batch-normalised before if so wished."""
    if batch_norm:
        x = layers.BatchNormalization(momentum=0.95)(x)
    return layers.Activation("relu")(x)
