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

from text_recognizer.errors import ConfigError
from text_recognizer.networks import windows as misc

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
        ConfigError: If a size is no multiple of 4 or the width is free.
    """
    _check(input_shape, window_width, window_stride)
    image = keras.Input(input_shape, name="image")
    x = misc.convolutions(image, filters, batch_norm)
    x = misc.slide_window(x, window_filters, window_width, window_stride, batch_norm)
    x = layers.Dropout(dropout)(x)  # (N, T, F): one row per window
    for dilation in dilations:
        x = _block(x, dilation, batch_norm)
    x = _gather(x, _density(x, output_length), output_length)  # (N, P, F)
    for _ in range(2):
        x = _block(x, 1, batch_norm)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(output_shape[-1], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="line_cnn_all_conv")


def _check(input_shape: tuple[int | None, int | None, int], window_width: int, window_stride: int) -> None:
    height, width, _ = input_shape
    if None in (height, width) or any(
        size % misc.POOL for size in (height or 0, window_width, window_stride)
    ):
        raise ConfigError(
            f"Expected a fixed width and height, window_width and window_stride as multiples of {misc.POOL}; "
            f"received input_shape={input_shape}, window_width={window_width}, window_stride={window_stride}."
        )


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
    y = misc.normalised(_conv(x, dilation, batch_norm), batch_norm)
    y = _conv(y, dilation, batch_norm)
    if batch_norm:
        y = layers.BatchNormalization(momentum=0.95)(y)
    return layers.Activation("relu")(layers.Add()([x, y]))


def _conv(x: keras.KerasTensor, dilation: int, batch_norm: bool) -> keras.KerasTensor:
    return layers.Conv1D(x.shape[-1], 3, dilation_rate=dilation, padding="same", use_bias=not batch_norm)(x)
