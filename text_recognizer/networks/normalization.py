"""Batch normalization as all networks have it: Keras's layer, trained by TensorFlow's kernel."""

import keras
from keras import layers, ops


class BatchNormalization(layers.BatchNormalization):
    """Keras's `BatchNormalization` over the last axis, faster to train on TensorFlow.

    Keras composes the statistics, the scaling and their gradients of a dozen operations, each of which reads
    and writes the whole feature map. TensorFlow has one kernel for them and one for the gradients. Values,
    gradients, moving averages and weights are those of Keras's layer. On other backends, on what is not a
    feature map (N, H, W, F) and outside of training it is that layer.

    Ioffe & Szegedy 2015, arXiv 1502.03167.

    ```python
    import keras

    from text_recognizer.networks.normalization import BatchNormalization

    image = keras.Input((32, None, 8))
    print(BatchNormalization(momentum=0.95)(image).shape)  # (None, 32, None, 8)
    ```
    """

    def call(
        self, inputs: keras.KerasTensor, training: bool | None = None, mask: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        """Return `inputs` normalized, in their shape and type."""
        learns = training and self.trainable and mask is None
        if not learns or len(inputs.shape) != 4 or keras.backend.backend() != "tensorflow":
            return super().call(inputs, training=training, mask=mask)
        import tensorflow as tf

        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=ops.cast(self.gamma, "float32"),
            offset=ops.cast(self.beta, "float32"),
            mean=[],
            variance=[],
            epsilon=self.epsilon,
            is_training=True,
        )
        count = ops.cast(ops.size(inputs) // inputs.shape[-1], "float32")
        variance = variance * (count - 1.0) / count  # the kernel gives that of the population, as estimated
        self._average(self.moving_mean, mean)
        self._average(self.moving_variance, variance)
        return outputs

    def _average(self, moving: keras.Variable, value: keras.KerasTensor) -> None:
        """Move a moving average towards the value of this batch."""
        moving.assign(ops.cast(moving, "float32") * self.momentum + value * (1.0 - self.momentum))
