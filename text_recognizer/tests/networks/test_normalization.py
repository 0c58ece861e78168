"""Batch normalization by one kernel is the batch normalization of Keras."""

import keras
import numpy as np
import pytest

from text_recognizer.networks.normalization import BatchNormalization

RNG = np.random.default_rng(0)
MAPS = RNG.normal(3.0, 2.0, (4, 6, 10, 5)).astype(np.float32)


def pair(
    shape: tuple[int, ...] = MAPS.shape, **options: object
) -> tuple[keras.layers.Layer, keras.layers.Layer]:
    """Return this layer and Keras's with the same weights, none of them that of a fresh layer."""
    layers = (
        BatchNormalization(momentum=0.9, **options),
        keras.layers.BatchNormalization(momentum=0.9, **options),
    )
    for layer in layers:
        layer.build(shape)
        layer.set_weights([np.linspace(0.5, 1.5, 5), np.linspace(-1, 1, 5), np.full(5, 2.0), np.full(5, 3.0)])
    return layers


@pytest.mark.parametrize("maps", [MAPS, MAPS[:1, :1, :2], MAPS[:, 0]], ids=["maps", "two pixels", "frames"])
def test_values_and_moving_averages_are_those_of_keras(maps: np.ndarray) -> None:
    ours, keras_layer = pair(maps.shape)
    for _ in range(2):
        np.testing.assert_allclose(
            ours(maps, training=True), keras_layer(maps, training=True), rtol=1e-4, atol=1e-5
        )
    for value, expected in zip(ours.get_weights(), keras_layer.get_weights(), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5)
    np.testing.assert_array_equal(ours(maps), keras_layer(maps))


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="takes gradients by TensorFlow")
def test_gradients_are_those_of_keras() -> None:
    import tensorflow as tf

    factors, gradients = RNG.normal(size=MAPS.shape).astype(np.float32), []
    for layer in pair():
        maps = tf.constant(MAPS)
        with tf.GradientTape() as tape:
            tape.watch(maps)
            loss = tf.reduce_sum(layer(maps, training=True) ** 2 * factors)
        gradients.append(tape.gradient(loss, [maps, *(v.value for v in layer.trainable_variables)]))
    for value, expected in zip(*gradients, strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-3, atol=1e-3)


def test_half_precision_keeps_its_type_and_statistics_of_full_precision() -> None:
    ours, keras_layer = pair(dtype="mixed_bfloat16")
    values = ours(MAPS, training=True)
    assert keras.backend.standardize_dtype(values.dtype) == "bfloat16"
    expected = np.asarray(keras.ops.cast(keras_layer(MAPS, training=True), "float32"))
    np.testing.assert_allclose(np.asarray(keras.ops.cast(values, "float32")), expected, rtol=0.02, atol=0.02)
    for value, kept in zip(ours.get_weights(), keras_layer.get_weights(), strict=True):
        assert value.dtype == np.float32
        np.testing.assert_allclose(value, kept, rtol=1e-2)


def test_a_frozen_layer_uses_and_keeps_its_moving_averages() -> None:
    ours, _ = pair()
    ours.trainable = False
    before = ours.get_weights()
    np.testing.assert_array_equal(ours(MAPS, training=True), ours(MAPS, training=False))
    for value, kept in zip(ours.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, kept)


def test_maps_of_any_width_train_in_a_graph() -> None:
    image = keras.Input((6, None, 5))
    network = keras.Model(image, BatchNormalization()(image))
    network.compile("sgd", "mse")
    for width in (10, 7):
        network.train_on_batch(MAPS[:, :, :width], MAPS[:, :, :width])
    assert not np.allclose(network.layers[-1].moving_mean, 0)
