"""A small residual network for characters (He et al. 2016, arXiv 1512.03385).

At its default sizes it has 0.38 million parameters and does 29 million multiply-adds for an image of 28x28
pixels: only the first convolution sees the full resolution; half of the work is done at 14x14, half at 7x7.

```python
from text_recognizer.networks import character_resnet

network = character_resnet((28, 28, 1), (62,), stage_blocks=(1, 1))
print(network.output_shape)  # (None, 62)
```
"""

from collections.abc import Sequence

import keras
from keras import layers

from text_recognizer.errors import ConfigError
from text_recognizer.networks.normalization import BatchNormalization


def character_resnet(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    stem_filters: int = 24,
    stage_filters: Sequence[int] = (48, 96),
    stage_blocks: Sequence[int] = (2, 2),
    dropout: float = 0.2,
) -> keras.Model:
    """Build the network.

    Args:
        input_shape: (height, width, 1).
        output_shape: (classes,).
        stem_filters: Filters of the first 3x3 convolution.
        stage_filters: Filters of each stage; each stage begins with a 2x2 max-pooling.
        stage_blocks: Blocks of two 3x3 convolutions in each stage.
        dropout: Dropped share of the averaged features.

    Returns:
        A model (N, H, W, 1) -> logits (N, classes).

    Raises:
        ConfigError: If there are not as many numbers of blocks as stages.
    """
    if len(stage_filters) != len(stage_blocks):
        raise ConfigError(
            "Expected a number of blocks for each stage; "
            f"received stage_filters={stage_filters}, stage_blocks={stage_blocks}."
        )
    image = keras.Input(input_shape, name="image")
    x = layers.Activation("relu")(_conv(image, stem_filters, 3))
    for filters, blocks in zip(stage_filters, stage_blocks, strict=True):
        x = layers.MaxPooling2D(2, padding="same")(x)
        for _ in range(blocks):
            x = _block(x, filters)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(output_shape[0], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="character_resnet")


def _block(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """Return relu(x + two convolutions of x), (N, H, W, filters), x projected if its filters differ."""
    y = layers.Activation("relu")(_conv(x, filters, 3))
    y = _conv(y, filters, 3)
    shortcut = x if x.shape[-1] == filters else _conv(x, filters, 1)
    return layers.Activation("relu")(layers.Add()([shortcut, y]))


def _conv(x: keras.KerasTensor, filters: int, kernel: int) -> keras.KerasTensor:
    """Return a batch-normalized convolution, (N, H, W, filters)."""
    x = layers.Conv2D(filters, kernel, padding="same", use_bias=False)(x)
    return BatchNormalization(momentum=0.95)(x)
