"""The production line network: thin early-pooled convolutions, column max-pool, 1-D blocks, CTC logits.

Column max-pooling to flatten the feature map follows Retsinas et al., "Best practices for a handwritten
text recognition system" (DAS 2022, arXiv 2404.11339); the 1-D blocks are ConvNeXt blocks (Liu et al. 2022,
arXiv 2201.03545) along the line, with ReLU instead of GELU, which trains 15 % faster on a CPU. There is no
recurrence: on a CPU an LSTM of the same width costs several times more. At its default sizes a line of
64x1024 pixels costs 1.5 GFLOP (a multiply-add counts as two).

```python
from text_recognizer.networks import line_conv_ctc

network = line_conv_ctc((64, None, 1), (None, 80), num_blocks=1)
print(network.output_shape)  # (None, None, 80)
```
"""

from collections.abc import Sequence

import keras
from keras import layers

from text_recognizer.errors import ConfigError
from text_recognizer.networks import sequence
from text_recognizer.networks.normalization import BatchNormalization


def line_conv_ctc(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    stem_filters: int = 16,
    stage_filters: Sequence[int] = (32, 64, 128, 224),
    stage_convolutions: int = 2,
    pooling: sequence.Pooling = "max",
    block_width: int = 256,
    num_blocks: int = 6,
    block_kernel: int = 11,
    dropout: float = 0.2,
    stem_strides: Sequence[int] = (2, 2),
) -> keras.Model:
    """Build the network.

    Args:
        input_shape: (height, width or None, 1); the height must be a multiple of 16 * stem_strides[0].
        output_shape: (None, labels), blank included.
        stem_filters: Filters of the first convolution, 5x5.
        stage_filters: Filters of the four stages.
        stage_convolutions: 3x3 convolutions of each stage.
        pooling: How rows become one: `max` or `mean`.
        block_width: Features of a frame.
        num_blocks: Number of 1-D residual blocks.
        block_kernel: Frames that a block's depthwise convolution sees.
        dropout: Dropped share of the features before the blocks and before the logits.
        stem_strides: Rows and columns by which the first convolution moves on. A frame stands for 4 columns
            of the image for each column of them: (2, 1) gives low images, as words of 32 rows, enough frames.

    Returns:
        A model (N, H, W, 1) -> logits (N, ceil(W / (4 * stem_strides[1])), labels).

    Raises:
        ConfigError: If the height, the number of stages or the strides do not fit.
    """
    _check(input_shape, stage_filters, stem_strides)
    image = keras.Input(input_shape, name="image")
    x = _conv(image, stem_filters, 5, tuple(stem_strides))  # (N, H/2, W/2, F) by default
    for filters, pool in zip(stage_filters, ((2, 1), (2, 2), (2, 2), (2, 1)), strict=True):
        x = layers.MaxPooling2D(pool, padding="same")(x)
        for _ in range(stage_convolutions):
            x = _conv(x, filters, 3)
    x = sequence.features(sequence.pool_columns(x, pooling), dropout)  # (N, T, F)
    x = layers.Dense(block_width)(x)
    for _ in range(num_blocks):
        x = _block(x, block_width, block_kernel)
    x = layers.Dropout(dropout)(layers.LayerNormalization(epsilon=1e-6)(x))
    logits = layers.Dense(output_shape[-1], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="line_conv_ctc")


def _check(
    input_shape: tuple[int | None, int | None, int], stage_filters: Sequence[int], stem_strides: Sequence[int]
) -> None:
    if len(stem_strides) != 2 or not set(stem_strides) <= {1, 2}:
        raise ConfigError(f"Expected two stem_strides of 1 or 2; received {stem_strides}.")
    multiple = 16 * stem_strides[0]
    if input_shape[0] is None or input_shape[0] % multiple or len(stage_filters) != 4:
        raise ConfigError(
            f"Expected a height that is a multiple of {multiple} and 4 stage_filters; "
            f"received input_shape={input_shape}, stage_filters={stage_filters}."
        )


def _conv(
    x: keras.KerasTensor, filters: int, kernel: int, strides: tuple[int, ...] = (1, 1)
) -> keras.KerasTensor:
    """Return relu of a batch-normalized convolution, (N, H / strides, W / strides, filters)."""
    x = layers.Conv2D(filters, kernel, strides=strides, padding="same", use_bias=False)(x)
    x = BatchNormalization(momentum=0.95)(x)
    return layers.Activation("relu")(x)


def _block(x: keras.KerasTensor, width: int, kernel: int) -> keras.KerasTensor:
    """Return x (N, T, F) plus: depthwise convolution, layer norm, two-layer perceptron over the features."""
    y = layers.DepthwiseConv1D(kernel, padding="same")(x)
    y = layers.LayerNormalization(epsilon=1e-6)(y)
    y = layers.Dense(2 * width, activation="relu")(y)
    y = layers.Dense(width, kernel_initializer=keras.initializers.RandomNormal(stddev=0.01))(y)
    return layers.Add()([x, y])
