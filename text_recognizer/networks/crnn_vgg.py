"""The first CRNN: VGG-like convolutions, one column of features per frame, bidirectional LSTMs, CTC logits.

Shi, Bai, Yao, "An end-to-end trainable neural network for image-based sequence recognition", 2015 (arXiv
1507.05717), table 1: the last two poolings halve only the height, because letters are narrow. At its default
sizes and 32 rows it is that network. Unlike there, the last convolution is padded by a column, for
ceil(W / 4) frames, and a linear layer lies between the LSTMs, as in the authors' code.

```python
from text_recognizer.networks import crnn_vgg

network = crnn_vgg((32, None, 1), (None, 80), lstm_dim=16, num_lstm_layers=1)
print(network.output_shape)  # (None, None, 80)
```
"""

from collections.abc import Sequence

import keras
from keras import layers

from text_recognizer.errors import ConfigError
from text_recognizer.networks import sequence
from text_recognizer.networks.normalization import BatchNormalization

_ROW_POOLING = 16  # rows of the image per row of the feature map: four halvings
_POOLINGS = {
    0: (2, 2),
    1: (2, 2),
    3: (2, 1),
    5: (2, 1),
}  # index of a convolution -> size of the pooling behind it
_NORMALIZED = (4, 5)  # indices of the convolutions with batch normalization


def crnn_vgg(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    filters: Sequence[int] = (64, 128, 256, 256, 512, 512, 512),
    lstm_dim: int = 256,
    num_lstm_layers: int = 2,
    dropout: float = 0.0,
) -> keras.Model:
    """Build the network: 8.3 million parameters at its default sizes and 32 rows.

    Args:
        input_shape: (height, width or None, 1); the height must be a multiple of 16.
        output_shape: (None, labels), blank included.
        filters: Filters of the seven convolutions: six of 3x3, and one over all remaining rows, 2 columns
            wide.
        lstm_dim: Units of an LSTM of each direction, and of the linear layers in between.
        num_lstm_layers: Number of stacked LSTMs, at least 1.
        dropout: Dropped share of the frames' features and of each LSTM's outputs.

    Returns:
        A model (N, H, W, 1) -> logits (N, ceil(W / 4), labels).

    Raises:
        ConfigError: If the height or the number of convolutions does not fit.
    """
    height = input_shape[0]
    if height is None or height % _ROW_POOLING or len(filters) != 7:
        raise ConfigError(
            f"Expected a height that is a multiple of {_ROW_POOLING} and 7 filters; "
            f"received input_shape={input_shape}, filters={filters}."
        )
    image = keras.Input(input_shape, name="image")
    x = image
    for index, count in enumerate(filters[:-1]):
        x = layers.Conv2D(count, 3, padding="same", use_bias=index not in _NORMALIZED)(x)
        if index in _NORMALIZED:
            x = BatchNormalization(momentum=0.95)(x)
        x = layers.Activation("relu")(x)
        if index in _POOLINGS:
            x = layers.MaxPooling2D(_POOLINGS[index], padding="same")(x)
    x = layers.ZeroPadding2D(((0, 0), (0, 1)))(x)
    x = layers.Conv2D(filters[-1], (height // _ROW_POOLING, 2), activation="relu")(x)  # (N, 1, W/4, F)
    x = sequence.features(layers.Reshape((-1, filters[-1]))(x), dropout)
    x = sequence.bidirectional_lstms(x, lstm_dim, num_lstm_layers, dropout, linear=True)
    logits = layers.Dense(output_shape[-1], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="crnn_vgg")
