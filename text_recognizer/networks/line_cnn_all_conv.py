"""All-convolutional line network with one softmax per position of the text.

The characters of a line have no fixed places, so position k of the text cannot be cut out of the image at a
fixed column. Instead, every window of the line emits a density of characters. Its running sum says how many
characters stand to the left of a window, and position k gathers the windows whose sum is about k. This is the
soft alignment of "continuous integrate-and-fire" (Dong & Xu, ICASSP 2020, arXiv 1905.11235) with a Gaussian
in place of the hard threshold, so that the gradient reaches neighbouring windows. Before it, dilated residual
convolutions (Yu & Koltun 2016, arXiv 1511.07122) see the whole line.

```python
from text_recognizer.networks import line_cnn_all_conv

network = line_cnn_all_conv((28, 952, 1), (None, 80), output_length=34, dilations=(1,))
print(network.output_shape)  # (None, 34, 80)
```
"""

from collections.abc import Sequence

import keras
import numpy as np
from keras import layers, ops

from text_recognizer.errors import ConfigError
from text_recognizer.networks import windows
from text_recognizer.networks.normalization import BatchNormalization

_SPREAD_CHARACTERS = 0.4  # standard deviation of what a position gathers: hardly its neighbours' windows
_MAX_DENSITY = 3  # characters of a window at most, in multiples of an even spread of output_length characters


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
        output_length: Positions P of the text. An argument, because data sets of lines do not state how
            long a text may be. `LineModel` rejects longer ones.
        window_width: Columns of a window.
        window_stride: Columns from one window to the next. Multiples of 4, as for the width, are fastest: the
            convolutions then work at a quarter of the columns.
        filters: Filters of the three 3x3 convolutions; the first two are followed by a max-pooling.
        window_filters: Features of a window and of a position.
        dilations: Dilation of the two convolutions of each residual block over the windows.
        batch_norm: Whether every convolution is followed by batch normalization.
        dropout: Dropped share of a window's and of a position's features.

    Returns:
        A model (N, H, W, 1) -> logits (N, output_length, labels).

    Raises:
        ConfigError: If the height is no multiple of 4, the width is free, or a window has no column.
    """
    windows.check_windows(input_shape[0], window_width, window_stride)
    if input_shape[1] is None:
        raise ConfigError(f"Expected lines of one width; received input_shape={input_shape}.")
    columns = windows.column_pooling(window_width, window_stride)
    image = keras.Input(input_shape, name="image")
    x = windows.convolutions(image, filters, batch_norm, columns)
    x = windows.slide_window(x, window_filters, window_width, window_stride, batch_norm, columns)
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
    """Return characters per window, (N, T), of windows (N, T, F); untrained, they are spread evenly."""
    even = output_length / x.shape[1]
    density = layers.Conv1D(
        1,
        1,
        activation="sigmoid",
        kernel_initializer="zeros",
        bias_initializer=keras.initializers.Constant(-float(np.log(_MAX_DENSITY - 1))),
        dtype="float32",  # its sums need the precision
        name="density",
    )(layers.LayerNormalization(epsilon=1e-6, dtype="float32")(x))
    return even * _MAX_DENSITY * ops.squeeze(density, axis=2)


def _gather(x: keras.KerasTensor, density: keras.KerasTensor, output_length: int) -> keras.KerasTensor:
    """Return per position the sum of the windows there, (N, P, F); it vanishes behind the end of the text.

    Args:
        x: (N, T, F) features of the windows.
        density: (N, T) characters of each window.
        output_length: P.
    """
    places = ops.cumsum(density, axis=1) - density / 2  # (N, T): characters left of a window's middle
    middles = np.arange(output_length, dtype=np.float32)[None, :, None] + 0.5
    distances = (ops.expand_dims(places, 1) - middles) / _SPREAD_CHARACTERS  # (N, P, T)
    shares = ops.exp(-ops.square(distances) / 2) * ops.expand_dims(density, 1)
    return ops.matmul(shares, ops.cast(x, "float32"))


def _block(x: keras.KerasTensor, dilation: int, batch_norm: bool) -> keras.KerasTensor:
    """Return relu(x + two convolutions of x), (N, T, F)."""
    y = windows.normalized(_conv(x, dilation, batch_norm), batch_norm)
    y = _conv(y, dilation, batch_norm)
    if batch_norm:
        y = BatchNormalization(momentum=0.95)(y)
    return layers.Activation("relu")(layers.Add()([x, y]))


def _conv(x: keras.KerasTensor, dilation: int, batch_norm: bool) -> keras.KerasTensor:
    """Return a convolution of (N, T, F) along the line, with as many features."""
    return layers.Conv1D(x.shape[-1], 3, dilation_rate=dilation, padding="same", use_bias=not batch_norm)(x)
