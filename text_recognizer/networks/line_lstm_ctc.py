"""Sliding windows over a line, a LeNet per window, an LSTM over the windows, CTC logits.

The windows share their convolutions: the last one has the window as kernel and the window's stride as
stride, which equals a LeNet (LeCun et al. 1998) on each window but costs a fraction and takes lines of any
width. The LSTM and CTC on top follow Graves et al. 2009, "A novel connectionist system for unconstrained
handwriting recognition".
"""

from collections.abc import Sequence

import keras
from keras import layers

_POOL = 4  # the two poolings before the windows are cut


def line_lstm_ctc(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    window_width: int = 16,
    window_stride: int = 4,
    filters: Sequence[int] = (16, 32, 64),
    lstm_dim: int = 128,
    bidirectional: bool = True,
    dropout: float = 0.2,
) -> keras.Model:
    """Build the network.

    Args:
        input_shape: (height, width or None, 1); the height must be a multiple of 4.
        output_shape: (None, labels), blank included.
        window_width: Columns of a window, a multiple of 4.
        window_stride: Columns from one window to the next, a multiple of 4.
        filters: Filters of the three 3x3 convolutions; the first two are followed by a 2x2 max-pooling.
        lstm_dim: Units of the LSTM (of each direction).
        bidirectional: Whether a second LSTM reads from right to left.
        dropout: Dropped share of a window's features and of the LSTM's outputs.

    Returns:
        A model (N, H, W, 1) -> logits (N, ceil(W / window_stride), labels).

    Raises:
        ValueError: If a size is not a multiple of 4.
    """
    height = input_shape[0]
    if height is None or height % _POOL or window_width % _POOL or window_stride % _POOL:
        raise ValueError(
            f"Expected height, window_width and window_stride as multiples of {_POOL}; received "
            f"input_shape={input_shape}, window_width={window_width}, window_stride={window_stride}."
        )
    x = image = keras.Input(input_shape, name="image")
    for index, count in enumerate(filters):
        x = _conv(x, count)
        if index < 2:
            x = layers.MaxPooling2D(2, padding="same")(x)  # (N, H/4, W/4, F) after the second
    x = keras.ops.transpose(x, (0, 2, 1, 3))
    x = layers.Reshape((-1, height // _POOL * filters[-1]))(x)  # (N, W/4, H/4 * F)
    x = layers.Conv1D(
        128, window_width // _POOL, strides=window_stride // _POOL, padding="same", activation="relu"
    )(x)  # (N, T, 128): one row per window
    x = layers.Dropout(dropout)(x)
    lstm = layers.LSTM(lstm_dim, return_sequences=True)
    x = layers.Bidirectional(lstm)(x) if bidirectional else lstm(x)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(output_shape[-1], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="line_lstm_ctc")


def _conv(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.95)(x)
    return layers.Activation("relu")(x)
