"""A ResNet-34 over the line, its columns pooled to frames, stacked bidirectional LSTMs, CTC logits.

A widely copied handwriting recognizer: residual blocks as in He et al. 2016 (arXiv 1512.03385), an encoder
that stops halving the width after a factor of 8, and LSTMs on top (Shi et al. 2015, arXiv 1507.05717). Copies
of it average any width into 96 frames, which cannot spell a line of 90 characters with doubled letters; here
a frame stands for 8 columns.

```python
from text_recognizer.networks import crnn_resnet_bilstm

network = crnn_resnet_bilstm((64, None, 1), (None, 80), stage_blocks=(1, 1, 1, 1), num_lstm_layers=1)
print(network.output_shape)  # (None, None, 80)
```
"""

from collections.abc import Sequence

import keras
from keras import layers

from text_recognizer.errors import ConfigError
from text_recognizer.networks import sequence
from text_recognizer.networks.normalization import BatchNormalization

_ROW_POOLING = 32  # rows of the image per row of the feature map: five halvings
_STAGE_STRIDES = ((1, 1), (2, 2), (2, 1), (2, 1))  # columns are halved once more only: letters are narrow


def crnn_resnet_bilstm(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    stem_filters: int = 64,
    stage_filters: Sequence[int] = (64, 128, 256, 512),
    stage_blocks: Sequence[int] = (3, 4, 6, 3),
    pooling: sequence.Pooling = "max",
    lstm_dim: int = 256,
    num_lstm_layers: int = 2,
    dropout: float = 0.2,
) -> keras.Model:
    """Build the network: 24.5 million parameters at its default sizes.

    Args:
        input_shape: (height, width or None, 1); the height must be a multiple of 32.
        output_shape: (None, labels), blank included.
        stem_filters: Filters of the first convolution, 7x7 with stride 2; 3x3 max-pooling follows.
        stage_filters: Filters of the four stages.
        stage_blocks: Blocks of two 3x3 convolutions in each stage.
        pooling: How the rows of the feature map become one: `max` or `mean`.
        lstm_dim: Units of an LSTM of each direction.
        num_lstm_layers: Number of stacked LSTMs, at least 1.
        dropout: Dropped share of the frames' features and of each LSTM's outputs.

    Returns:
        A model (N, H, W, 1) -> logits (N, ceil(W / 8), labels).

    Raises:
        ConfigError: If the height or the number of stages does not fit.
    """
    if (
        input_shape[0] is None
        or input_shape[0] % _ROW_POOLING
        or not len(stage_filters) == len(stage_blocks) == 4
    ):
        raise ConfigError(
            f"Expected a height that is a multiple of {_ROW_POOLING}, 4 stage_filters and 4 stage_blocks; "
            f"received input_shape={input_shape}, stage_filters={stage_filters}, stage_blocks={stage_blocks}."
        )
    image = keras.Input(input_shape, name="image")
    x = layers.Activation("relu")(_conv(image, stem_filters, 7, (2, 2)))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)  # (N, H/4, W/4, F)
    for filters, blocks, strides in zip(stage_filters, stage_blocks, _STAGE_STRIDES, strict=True):
        for index in range(blocks):
            x = _block(x, filters, strides if index == 0 else (1, 1))
    x = sequence.features(sequence.pool_columns(x, pooling), dropout)
    x = sequence.bidirectional_lstms(x, lstm_dim, num_lstm_layers, dropout)
    logits = layers.Dense(output_shape[-1], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="crnn_resnet_bilstm")


def _block(x: keras.KerasTensor, filters: int, strides: tuple[int, int]) -> keras.KerasTensor:
    """Return relu(x + two convolutions of x), (N, H, W, filters), x projected if its shape differs."""
    y = layers.Activation("relu")(_conv(x, filters, 3, strides))
    y = _conv(y, filters, 3)
    same = strides == (1, 1) and x.shape[-1] == filters
    shortcut = x if same else _conv(x, filters, 1, strides)
    return layers.Activation("relu")(layers.Add()([shortcut, y]))


def _conv(
    x: keras.KerasTensor, filters: int, kernel: int, strides: tuple[int, int] = (1, 1)
) -> keras.KerasTensor:
    """Return a batch-normalized convolution, (N, H / strides, W / strides, filters)."""
    x = layers.Conv2D(filters, kernel, strides=strides, padding="same", use_bias=False)(x)
    return BatchNormalization(momentum=0.95)(x)
