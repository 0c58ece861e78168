"""From the feature map of a line to its frames: what the CTC networks share."""

from typing import Literal

import keras
from keras import layers, ops

from text_recognizer.errors import ConfigError

# Name of the layer of the frames' features (N, T, F), before anything looks along the line. Training attaches
# its auxiliary losses there.
FEATURES = "features"

Pooling = Literal["max", "mean"]


def pool_columns(x: keras.KerasTensor, pooling: Pooling) -> keras.KerasTensor:
    """Return each column of a feature map as one row, (N, H, T, F) -> (N, T, F).

    Args:
        x: Feature map.
        pooling: `max` takes the strongest place of a column for each feature (Retsinas et al., DAS 2022,
            arXiv 2404.11339), `mean` averages over its height.

    Raises:
        ConfigError: If `pooling` is neither.
    """
    if pooling not in ("max", "mean"):
        raise ConfigError(f"Expected pooling 'max' or 'mean'; received {pooling!r}.")
    return ops.max(x, axis=1) if pooling == "max" else ops.mean(x, axis=1)


def features(x: keras.KerasTensor, dropout: float) -> keras.KerasTensor:
    """Return frames (N, T, F) with a share of their features dropped, as the layer `FEATURES`."""
    return layers.Dropout(dropout, name=FEATURES)(x)


def bidirectional_lstms(
    x: keras.KerasTensor, units: int, count: int, dropout: float, linear: bool = False
) -> keras.KerasTensor:
    """Return frames (N, T, 2 * units) after stacked LSTMs, each reading in both directions.

    Args:
        x: Frames (N, T, F).
        units: Units of each direction.
        count: Number of layers, at least 1.
        dropout: Dropped share of each layer's outputs.
        linear: Whether a linear layer reduces the features to `units` between one LSTM and the next.

    Raises:
        ConfigError: If there is no layer.
    """
    if count < 1:
        raise ConfigError(f"Expected num_lstm_layers >= 1; received {count}.")
    for index in range(count):
        if linear and index > 0:
            x = layers.Dense(units)(x)
        x = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(x)
        x = layers.Dropout(dropout)(x)
    return x
