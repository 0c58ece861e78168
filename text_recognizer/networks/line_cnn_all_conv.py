"""All-convolutional line network with one softmax per position of the text.

The characters of a line have no fixed places, so that position k of the text cannot be cut out of the image
at a fixed column, as the network of 2019 did (which also never saw the right eighth). Here every window
of the line emits a density of characters; its running sum, a convolution with ones, says how many characters
stand to its left, and position k gathers the windows whose sum is about k. This is the soft alignment of
"continuous integrate-and-fire" (Dong & Xu, ICASSP 2020, arXiv 1905.11235) with a Gaussian in place of the
hard threshold, so that the gradient reaches neighbouring windows. Before it dilated residual convolutions
(Yu & Koltun 2016, arXiv 1511.07122) see the whole line.
"""

from collections.abc import Sequence

import keras
import numpy as np
from keras import layers, ops

_POOL = 4  # the two poolings before the windows are cut
_SPREAD = 0.4  # standard deviation of what a position gathers, in characters
_DENSEST = 3  # characters stand at most so many times as dense as output_length over the whole width


def line_cnn_all_conv(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    output_length: int = 34,
    window_width: int = 16,
    window_stride: int = 8,
    filters: Sequence[int] = (16, 32, 64),
    window_filters: int = 128,
    dilations: Sequence[int] = (1, 2, 4, 8, 16),
    batch_norm: bool = True,
    dropout: float = 0.2,
) -> keras.Model:
    """Build the network.

    Args:
        input_shape: (height, width, 1); both fixed, the height a multiple of 4.
        output_shape: (None, labels), the padding label 0 included.
        output_length: Positions P of the text. It is an argument because a data set of lines states the
            labels only: how many characters a line may have is the business of the one network that has a
            softmax for each, and `LineModel` refuses longer texts by name.
        window_width: Columns of a window, a multiple of 4.
        window_stride: Columns from one window to the next, a multiple of 4.
        filters: Filters of the three 3x3 convolutions; the first two are followed by a 2x2 max-pooling.
        window_filters: Features of a window and of a position.
        dilations: Dilation of the two convolutions of each residual block over the windows.
        batch_norm: Whether every convolution is followed by batch normalisation.
        dropout: Dropped share of a window's and of a position's features.

    Returns:
        A model (N, H, W, 1) -> logits (N, output_length, labels).

    Raises:
        ValueError: If a size is no multiple of 4 or the width is free.
    """
    height, width, _ = input_shape
    if height is None or width is None or height % _POOL or window_width % _POOL or window_stride % _POOL:
        raise ValueError(
            f"Expected a fixed width and height, window_width and window_stride as multiples of {_POOL}; "
            f"received input_shape={input_shape}, window_width={window_width}, window_stride={window_stride}."
        )
    x = image = keras.Input(input_shape, name="image")
    for index, count in enumerate(filters):
        x = _normalised(layers.Conv2D(count, 3, padding="same", use_bias=not batch_norm)(x), batch_norm)
        if index < 2:
            x = layers.MaxPooling2D(2, padding="same")(x)  # (N, H/4, W/4, F) after the second
    x = ops.transpose(x, (0, 2, 1, 3))
    x = layers.Reshape((-1, height // _POOL * filters[-1]))(x)  # (N, W/4, H/4 * F)
    x = _conv(x, window_filters, window_width // _POOL, batch_norm, strides=window_stride // _POOL)
    x = layers.Dropout(dropout)(x)  # (N, T, F): one row per window
    for dilation in dilations:
        x = _block(x, dilation, batch_norm)
    x = _gather(x, _density(x, output_length), output_length)  # (N, P, F)
    for _ in range(2):
        x = _block(x, 1, batch_norm)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(output_shape[-1], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="line_cnn_all_conv")


def _density(x: keras.KerasTensor, output_length: int) -> keras.KerasTensor:
    """Return characters per window (N, T), at first as if the text filled the width evenly."""
    even = output_length / x.shape[1]
    density = layers.Conv1D(
        1,
        1,
        activation="sigmoid",
        kernel_initializer="zeros",
        bias_initializer=keras.initializers.Constant(-float(np.log(_DENSEST - 1))),
        dtype="float32",  # its sums need the precision
        name="density",
    )(layers.LayerNormalization(epsilon=1e-6, dtype="float32")(x))
    return even * _DENSEST * ops.squeeze(density, axis=2)


def _gather(x: keras.KerasTensor, density: keras.KerasTensor, output_length: int) -> keras.KerasTensor:
    """Return per position the sum of the windows there, (N, P, F); it vanishes behind the end of the text."""
    places = ops.cumsum(density, axis=1) - density / 2  # (N, T): characters left of a window's middle
    middles = np.arange(output_length, dtype=np.float32)[None, :, None] + 0.5
    distances = (ops.expand_dims(places, 1) - middles) / _SPREAD  # (N, P, T)
    shares = ops.exp(-ops.square(distances) / 2) * ops.expand_dims(density, 1)
    return ops.matmul(shares, ops.cast(x, "float32"))


def _block(x: keras.KerasTensor, dilation: int, batch_norm: bool) -> keras.KerasTensor:
    """Return relu(x + two convolutions of x)."""
    y = _conv(x, x.shape[-1], 3, batch_norm, dilation=dilation)
    y = layers.Conv1D(x.shape[-1], 3, dilation_rate=dilation, padding="same", use_bias=not batch_norm)(y)
    if batch_norm:
        y = layers.BatchNormalization(momentum=0.95)(y)
    return layers.Activation("relu")(layers.Add()([x, y]))


def _conv(
    x: keras.KerasTensor, filters: int, kernel: int, batch_norm: bool, strides: int = 1, dilation: int = 1
) -> keras.KerasTensor:
    x = layers.Conv1D(
        filters,
        kernel,
        strides=strides,
        dilation_rate=dilation,
        padding="same",
        use_bias=not batch_norm,
    )(x)
    return _normalised(x, batch_norm)


def _normalised(x: keras.KerasTensor, batch_norm: bool) -> keras.KerasTensor:
    if batch_norm:
        x = layers.BatchNormalization(momentum=0.95)(x)
    return layers.Activation("relu")(x)
