"""PaddleOCR's smaller CRNN: MobileNetV3-Large, one column of features per frame, LSTMs, CTC logits.

Howard et al., "Searching for MobileNetV3", ICCV 2019 (arXiv 1905.02244), table 1. As in PaddleOCR the stages
halve the height alone, and a 2x2 max-pooling stands at the end: words of 32x100 become 25 frames. At its
default sizes it is that network: half as wide as in the paper, LSTMs of 96 units.

Its squeeze-and-excitation averages over the whole image: the padding of a batch changes the logits a little.

```python
from text_recognizer.networks import crnn_mobilenet_v3

network = crnn_mobilenet_v3((32, 100, 1), (None, 37), scale=0.25, lstm_dim=8)
print(network.output_shape)  # (None, 25, 37)
```
"""

from dataclasses import dataclass

import keras
from keras import layers

from text_recognizer.errors import ConfigError
from text_recognizer.networks import sequence
from text_recognizer.networks.normalization import BatchNormalization

_ROW_POOLING = 32  # rows of the image per row of the feature map: five halvings
_FILTERS_STEP = 8  # numbers of filters are multiples of it, as in the paper
_SQUEEZE = 4  # features of squeeze-and-excitation per feature inside
_STEM_FILTERS, _HEAD_FILTERS = 16, 960


@dataclass(frozen=True)
class _Bottleneck:
    """A row of table 1."""

    kernel: int
    expanded: int
    filters: int
    excite: bool
    activation: str
    row_stride: int = 1


_BOTTLENECKS = (
    _Bottleneck(3, 16, 16, False, "relu"),
    _Bottleneck(3, 64, 24, False, "relu", row_stride=2),
    _Bottleneck(3, 72, 24, False, "relu"),
    _Bottleneck(5, 72, 40, True, "relu", row_stride=2),
    _Bottleneck(5, 120, 40, True, "relu"),
    _Bottleneck(5, 120, 40, True, "relu"),
    _Bottleneck(3, 240, 80, False, "hard_swish"),
    _Bottleneck(3, 200, 80, False, "hard_swish"),
    _Bottleneck(3, 184, 80, False, "hard_swish"),
    _Bottleneck(3, 184, 80, False, "hard_swish"),
    _Bottleneck(3, 480, 112, True, "hard_swish"),
    _Bottleneck(3, 672, 112, True, "hard_swish"),
    _Bottleneck(5, 672, 160, True, "hard_swish", row_stride=2),
    _Bottleneck(5, 960, 160, True, "hard_swish"),
    _Bottleneck(5, 960, 160, True, "hard_swish"),
)


def crnn_mobilenet_v3(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    scale: float = 0.5,
    lstm_dim: int = 96,
    num_lstm_layers: int = 2,
    dropout: float = 0.0,
) -> keras.Model:
    """Build the network: 1.5 million parameters at its default sizes.

    Args:
        input_shape: (height, width or None, 1); the height must be a multiple of 32.
        output_shape: (None, labels), blank included.
        scale: Numbers of filters relative to those of the paper, above 0.
        lstm_dim: Units of an LSTM of each direction.
        num_lstm_layers: Number of stacked LSTMs, at least 1.
        dropout: Dropped share of the frames' features and of each LSTM's outputs.

    Returns:
        A model (N, H, W, 1) -> logits (N, ceil(W / 4), labels).

    Raises:
        ConfigError: If the height or the scale does not fit.
    """
    height = input_shape[0]
    if height is None or height % _ROW_POOLING or scale <= 0:
        raise ConfigError(
            f"Expected a height that is a multiple of {_ROW_POOLING} and a scale above 0; "
            f"received input_shape={input_shape}, scale={scale}."
        )
    image = keras.Input(input_shape, name="image")
    x = layers.Conv2D(_scaled(_STEM_FILTERS, scale), 3, strides=2, padding="same", use_bias=False)(image)
    x = _normalized(x, "hard_swish")  # (N, H/2, W/2, F)
    for row in _BOTTLENECKS:
        x = _bottleneck(x, row, scale)
    x = _pointwise(x, _scaled(_HEAD_FILTERS, scale), "hard_swish")
    x = layers.MaxPooling2D(2, padding="same")(x)  # (N, H/32, W/4, F)
    x = sequence.features(sequence.pool_columns(x, "max"), dropout)
    x = sequence.bidirectional_lstms(x, lstm_dim, num_lstm_layers, dropout)
    logits = layers.Dense(output_shape[-1], dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="crnn_mobilenet_v3")


def _scaled(filters: int, scale: float) -> int:
    """Return the next multiple of 8 to scale * filters, but not one that is more than 10 % smaller."""
    wanted = scale * filters
    rounded = max(_FILTERS_STEP, int(wanted + _FILTERS_STEP / 2) // _FILTERS_STEP * _FILTERS_STEP)
    return rounded + _FILTERS_STEP if rounded < 0.9 * wanted else rounded


def _bottleneck(x: keras.KerasTensor, row: _Bottleneck, scale: float) -> keras.KerasTensor:
    """Return an inverted residual block, (N, H / row_stride, W, filters): expand, look around, project."""
    filters = _scaled(row.filters, scale)
    y = _pointwise(x, _scaled(row.expanded, scale), row.activation)
    y = layers.DepthwiseConv2D(row.kernel, padding="same", use_bias=False)(y)
    if row.row_stride > 1:  # TensorFlow's depthwise convolution takes no stride of the rows alone
        y = y[:, :: row.row_stride]
    y = _normalized(y, row.activation)
    if row.excite:
        y = _excited(y)
    y = _pointwise(y, filters, None)
    return layers.Add()([x, y]) if row.row_stride == 1 and x.shape[-1] == filters else y


def _excited(x: keras.KerasTensor) -> keras.KerasTensor:
    """Return (N, H, W, F), each feature weighted by what the means of all say: squeeze-and-excitation."""
    filters = x.shape[-1]
    y = layers.GlobalAveragePooling2D(keepdims=True)(x)
    y = layers.Conv2D(filters // _SQUEEZE, 1, activation="relu")(y)
    y = layers.Conv2D(filters, 1, activation="hard_sigmoid")(y)
    return layers.Multiply()([x, y])


def _pointwise(x: keras.KerasTensor, filters: int, activation: str | None) -> keras.KerasTensor:
    """Return a batch-normalized 1x1 convolution, (N, H, W, filters)."""
    return _normalized(layers.Conv2D(filters, 1, use_bias=False)(x), activation)


def _normalized(x: keras.KerasTensor, activation: str | None) -> keras.KerasTensor:
    """Return the activation of (N, H, W, F) after batch normalization."""
    x = BatchNormalization(momentum=0.95)(x)
    return x if activation is None else layers.Activation(activation)(x)
