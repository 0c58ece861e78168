"""Multi-layer perceptron for characters.

```python
from text_recognizer.networks import mlp

network = mlp((28, 28, 1), (62,))
print(network.output_shape)  # (None, 62)
```
"""

import keras
from keras import layers


def mlp(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    layer_size: int = 128,
    dropout_amount: float = 0.2,
    num_layers: int = 3,
) -> keras.Model:
    """Build the network.

    Args:
        input_shape: (height, width, 1).
        output_shape: (classes,).
        layer_size: Units of each hidden layer.
        dropout_amount: Dropped share of each hidden layer's output.
        num_layers: Number of hidden layers.

    Returns:
        A model (N, H, W, 1) -> logits (N, classes).
    """
    image = keras.Input(input_shape, name="image")
    x = layers.Flatten()(image)
    for _ in range(num_layers):
        x = layers.Dense(layer_size, activation="relu")(x)
        x = layers.Dropout(dropout_amount)(x)
    logits = layers.Dense(output_shape[0], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="mlp")
