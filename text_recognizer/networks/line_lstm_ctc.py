"""Sliding windows over a line, a LeNet per window, an LSTM over the windows, CTC logits.

The windows share their convolutions: the last one has the window as kernel and the window's stride as
stride, which equals a LeNet (LeCun et al. 1998) on each window but costs a fraction and takes lines of any
width. The LSTM and CTC on top follow Graves et al. 2009, "A novel connectionist system for unconstrained
handwriting recognition".

```python
from text_recognizer.networks import line_lstm_ctc

network = line_lstm_ctc((28, 952, 1), (None, 80), window_width=12, window_stride=5)
print(network.output_shape)  # (None, 191, 80)
```
"""

from collections.abc import Sequence

import keras
from keras import layers

from text_recognizer.errors import ConfigError
from text_recognizer.networks import sequence, windows

_WINDOW_FEATURES = 128  # units of LeNet's hidden layer, as in `lenet`


def line_lstm_ctc(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    window_width: int | None = 16,
    window_stride: int = 4,
    filters: Sequence[int] = (16, 32, 64),
    lstm_dim: int = 128,
    num_lstm_layers: int = 1,
    bidirectional: bool = True,
    batch_norm: bool = True,
    dropout: float = 0.2,
) -> keras.Model:
    """Build the network.

    Args:
        input_shape: (height, width or None, 1); the height must be a multiple of 4.
        output_shape: (None, labels), blank included.
        window_width: Columns of a window; null for none: `window_stride` columns are max-pooled to a row.
        window_stride: Columns from one row of features to the next; of both, multiples of 4 are fastest.
        filters: Filters of the three 3x3 convolutions; the first two are followed by a max-pooling.
        lstm_dim: Units of an LSTM of each direction.
        num_lstm_layers: Number of stacked LSTMs, at least 1.
        bidirectional: Whether a second LSTM reads from right to left in each layer.
        batch_norm: Whether the 3x3 convolutions are followed by batch normalization.
        dropout: Dropped share of a window's features and of each LSTM's outputs.

    Returns:
        A model (N, H, W, 1) -> logits (N, ceil(W / window_stride), labels).

    Raises:
        ConfigError: If the height is no multiple of 4, a window has no column, or there is no LSTM.
    """
    windows.check_windows(input_shape[0], window_width, window_stride)
    if num_lstm_layers < 1:
        raise ConfigError(f"Expected num_lstm_layers >= 1; received {num_lstm_layers}.")
    columns = windows.column_pooling(window_width, window_stride)
    image = keras.Input(input_shape, name="image")
    x = windows.convolutions(image, filters, batch_norm, columns)  # (N, H/4, W/columns, F)
    if window_width is None:
        x = layers.MaxPooling2D((x.shape[1], window_stride // columns), padding="same")(x)
        x = layers.Reshape((-1, filters[-1]))(x)
    else:
        x = windows.slide_window(x, _WINDOW_FEATURES, window_width, window_stride, False, columns)
    x = sequence.features(x, dropout)  # (N, T, F)
    for _ in range(num_lstm_layers):
        lstm = layers.LSTM(lstm_dim, return_sequences=True)
        x = layers.Bidirectional(lstm)(x) if bidirectional else lstm(x)
        x = layers.Dropout(dropout)(x)
    logits = layers.Dense(output_shape[-1], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="line_lstm_ctc")
