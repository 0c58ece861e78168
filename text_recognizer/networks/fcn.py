"""The line detector: a dilated residual fully convolutional network (Yu & Koltun 2016, arXiv 1511.07122).

Every block is two convolutions with a shortcut; dilation widens the view. The blocks work at a quarter of the
resolution, so that a page costs about 1 GFLOP; at the full resolution it costs 16 times as much.

```python
from text_recognizer.networks import fcn

network = fcn((None, None, 1), (None, None, 3), dilations=(1, 2))
print(network.output_shape)  # (None, None, None, 3)
```
"""

from collections.abc import Sequence

import keras
from keras import layers

from text_recognizer.networks.normalization import BatchNormalization

_DOWNSAMPLING = 4  # pixels of the input per pixel of the blocks; the sides of the input are multiples of it


def fcn(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    num_filters: int = 24,
    kernel_size: int = 3,
    dilations: Sequence[int] = (1, 2, 4, 8),
) -> keras.Model:
    """Build the network.

    Args:
        input_shape: (None, None, 1); both sides must be multiples of 4 at run time.
        output_shape: (None, None, classes).
        num_filters: Filters of every block.
        kernel_size: Side of the blocks' kernels.
        dilations: Dilation of each block's two convolutions, in quarter pixels.

    Returns:
        A model (N, H, W, 1) -> logits (N, H, W, classes).
    """
    image = keras.Input(input_shape, name="image")
    x = _conv(image, num_filters // 2, 5, strides=2)
    x = _conv(x, num_filters, 3, strides=2)  # (N, H/4, W/4, F)
    for dilation in dilations:
        x = _block(x, num_filters, kernel_size, dilation)
    # Learned interpolation: an upsampling layer of Keras 3 cannot be traced with unknown sides.
    logits = layers.Conv2DTranspose(
        output_shape[-1],
        2 * _DOWNSAMPLING,
        strides=_DOWNSAMPLING,
        padding="same",
        dtype="float32",
        name="logits",
    )(x)
    return keras.Model(image, logits, name="fcn")


def _block(x: keras.KerasTensor, filters: int, kernel: int, dilation: int) -> keras.KerasTensor:
    """Return relu(x + two convolutions of x), (N, H, W, filters)."""
    y = _conv(x, filters, kernel, dilation=dilation)
    y = layers.Conv2D(filters, kernel, dilation_rate=dilation, padding="same", use_bias=False)(y)
    y = BatchNormalization(momentum=0.9)(y)
    return layers.Activation("relu")(layers.Add()([x, y]))


def _conv(
    x: keras.KerasTensor, filters: int, kernel: int, strides: int = 1, dilation: int = 1
) -> keras.KerasTensor:
    """Return relu of a batch-normalized convolution, (N, H / strides, W / strides, filters)."""
    x = layers.Conv2D(
        filters, kernel, strides=strides, dilation_rate=dilation, padding="same", use_bias=False
    )(x)
    x = BatchNormalization(momentum=0.9)(x)
    return layers.Activation("relu")(x)
