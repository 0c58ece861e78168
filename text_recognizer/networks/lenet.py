"""LeNet for characters (LeCun et al. 1998), with batch normalization and a third convolution.

```python
from text_recognizer.networks import lenet

network = lenet((28, 28, 1), (62,))
print(network.output_shape)  # (None, 62)
```
"""

from collections.abc import Sequence

import keras
from keras import layers

from text_recognizer.networks.normalization import BatchNormalization


def lenet(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    filters: Sequence[int] = (32, 64, 128),
    dense_size: int = 128,
    dropout: float = 0.3,
) -> keras.Model:
    """Build the network.

    Args:
        input_shape: (height, width, 1).
        output_shape: (classes,).
        filters: Filters of each 3x3 convolution; each is followed by a 2x2 max-pooling.
        dense_size: Units of the hidden layer.
        dropout: Dropped share of the flattened features and of the hidden layer.

    Returns:
        A model (N, H, W, 1) -> logits (N, classes).
    """
    image = keras.Input(input_shape, name="image")
    x = image
    for count in filters:
        x = layers.Conv2D(count, 3, padding="same", use_bias=False)(x)
        x = BatchNormalization(momentum=0.95)(x)
        x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(dropout)(x)
    x = layers.Dense(dense_size, activation="relu")(x)
    x = layers.Dropout(dropout)(x)
    logits = layers.Dense(output_shape[0], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="lenet")
