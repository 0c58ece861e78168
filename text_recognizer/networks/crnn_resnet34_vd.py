"""PaddleOCR's larger CRNN: a ResNet-34 of the kind "vd", one column of features per frame, LSTMs, CTC logits.

Residual networks: He et al. 2016 (arXiv 1512.03385). The kind "vd" has three 3x3 convolutions as its stem and
averages before a shortcut is projected, so that no value is skipped: He et al., "Bag of tricks for image
classification", CVPR 2019 (arXiv 1812.01187), section 4.1, ResNet-C and -D. PaddleOCR halves the height alone
at each stage and ends with a 2x2 max-pooling: words of 32x100 become 25 frames. At its default sizes it is
that network.

```python
from text_recognizer.networks import crnn_resnet34_vd

network = crnn_resnet34_vd((32, 100, 1), (None, 37), [4], [4, 4, 8, 8], stage_blocks=[1, 1, 1, 1], lstm_dim=8)
print(network.output_shape)  # (None, 25, 37)
```
"""

from collections.abc import Sequence

import keras
from keras import layers

from text_recognizer.errors import ConfigError
from text_recognizer.networks import sequence
from text_recognizer.networks.normalization import BatchNormalization

_ROW_POOLING = 32  # rows of the image per row of the feature map: five halvings


def crnn_resnet34_vd(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    stem_filters: Sequence[int] = (32, 32, 64),
    stage_filters: Sequence[int] = (64, 128, 256, 512),
    stage_blocks: Sequence[int] = (3, 4, 6, 3),
    lstm_dim: int = 256,
    num_lstm_layers: int = 2,
    dropout: float = 0.0,
) -> keras.Model:
    """Build the network: 24.5 million parameters at its default sizes.

    Args:
        input_shape: (height, width or None, 1); the height must be a multiple of 32.
        output_shape: (None, labels), blank included.
        stem_filters: Filters of the 3x3 convolutions before the stages, which keep the size.
        stage_filters: Filters of the four stages.
        stage_blocks: Blocks of two 3x3 convolutions in each stage.
        lstm_dim: Units of an LSTM of each direction.
        num_lstm_layers: Number of stacked LSTMs, at least 1.
        dropout: Dropped share of the frames' features and of each LSTM's outputs.

    Returns:
        A model (N, H, W, 1) -> logits (N, ceil(W / 4), labels).

    Raises:
        ConfigError: If the height or the number of stages does not fit.
    """
    height = input_shape[0]
    if height is None or height % _ROW_POOLING or not len(stage_filters) == len(stage_blocks) == 4:
        raise ConfigError(
            f"Expected a height that is a multiple of {_ROW_POOLING}, 4 stage_filters and 4 stage_blocks; "
            f"received input_shape={input_shape}, stage_filters={stage_filters}, stage_blocks={stage_blocks}."
        )
    image = keras.Input(input_shape, name="image")
    x = image
    for filters in stem_filters:
        x = layers.Activation("relu")(_conv(x, filters, 3))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)  # (N, H/2, W/2, F)
    for stage, (filters, blocks) in enumerate(zip(stage_filters, stage_blocks, strict=True)):
        for index in range(blocks):
            x = _block(x, filters, row_stride=2 if stage > 0 and index == 0 else 1, project=index == 0)
    x = layers.MaxPooling2D(2, padding="same")(x)  # (N, H/32, W/4, F)
    x = sequence.features(sequence.pool_columns(x, "max"), dropout)
    x = sequence.bidirectional_lstms(x, lstm_dim, num_lstm_layers, dropout)
    logits = layers.Dense(output_shape[-1], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="crnn_resnet34_vd")


def _block(x: keras.KerasTensor, filters: int, row_stride: int, project: bool) -> keras.KerasTensor:
    """Return relu(x + two convolutions of x), (N, H / row_stride, W, filters), x projected if asked for."""
    y = layers.Activation("relu")(_conv(x, filters, 3, row_stride))
    y = _conv(y, filters, 3)
    if project:
        pool = (row_stride, 1)
        x = layers.AveragePooling2D(pool, padding="same")(x) if row_stride > 1 else x
        x = _conv(x, filters, 1)
    return layers.Activation("relu")(layers.Add()([x, y]))


def _conv(x: keras.KerasTensor, filters: int, kernel: int, row_stride: int = 1) -> keras.KerasTensor:
    """Return a batch-normalized convolution, (N, H / row_stride, W, filters)."""
    x = layers.Conv2D(filters, kernel, strides=(row_stride, 1), padding="same", use_bias=False)(x)
    return BatchNormalization(momentum=0.95)(x)
