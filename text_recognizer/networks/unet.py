"""The line detector as a U-Net: max-pooling down, up-convolutions, skips.

Ronneberger et al. 2015, arXiv 1505.04597. The first level is at half of the resolution, and there is one
convolution per level on the way up, so that a page costs about as much as in `fcn`. The sides of a page are
multiples of 8 only, which limits the levels; dilated convolutions at the bottom widen the view instead.

```python
from text_recognizer.networks import unet

network = unet((None, None, 1), (None, None, 3), depth=1)
print(network.output_shape)  # (None, None, None, 3)
```
"""

import keras
from keras import layers

from text_recognizer.errors import ConfigError
from text_recognizer.networks.normalization import BatchNormalization
from text_recognizer.preprocessing.pages import PARAGRAPH_MULTIPLE


def unet(
    input_shape: tuple[int | None, int | None, int],
    output_shape: tuple[int | None, ...],
    depth: int = 2,
    filters: int = 16,
) -> keras.Model:
    """Build the network.

    Args:
        input_shape: (None, None, 1); both sides must be multiples of 2 ** (depth + 1) at run time.
        output_shape: (None, None, classes).
        depth: Number of max-poolings; each is followed by a level with twice as many filters.
        filters: Filters of the first level, at half of the resolution.

    Returns:
        A model (N, H, W, 1) -> logits (N, H, W, classes).

    Raises:
        ConfigError: If a page, whose sides are multiples of `PARAGRAPH_MULTIPLE`, cannot be halved so often.
    """
    if depth < 1 or PARAGRAPH_MULTIPLE % 2 ** (depth + 1):
        raise ConfigError(
            f"Expected depth >= 1 with 2 ** (depth + 1) a divisor of {PARAGRAPH_MULTIPLE}, of which the "
            f"sides of a page are multiples; received depth={depth}."
        )
    image = keras.Input(input_shape, name="image")
    x = _conv(image, filters, 5, strides=2)  # (N, H/2, W/2, F)
    x = _conv(x, filters)
    skips = []
    for level in range(1, depth + 1):
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
        x = _conv(x, filters * 2**level)
        x = _conv(x, filters * 2**level, dilation=2 if level == depth else 1)
    x = _conv(x, filters * 2**depth, dilation=4)
    for skip in reversed(skips):
        # Up-convolutions: an upsampling layer of Keras 3 cannot be traced with unknown sides.
        x = layers.Conv2DTranspose(skip.shape[-1], 2, strides=2, padding="same")(x)
        x = _conv(layers.Concatenate()([skip, x]), skip.shape[-1])
    logits = layers.Conv2DTranspose(
        output_shape[-1], 4, strides=2, padding="same", dtype="float32", name="logits"
    )(x)
    return keras.Model(image, logits, name="unet")


def _conv(
    x: keras.KerasTensor, filters: int, kernel: int = 3, strides: int = 1, dilation: int = 1
) -> keras.KerasTensor:
    """Return relu of a batch-normalized convolution, (N, H / strides, W / strides, filters)."""
    x = layers.Conv2D(
        filters, kernel, strides=strides, dilation_rate=dilation, padding="same", use_bias=False
    )(x)
    x = BatchNormalization(momentum=0.9)(x)
    return layers.Activation("relu")(x)
