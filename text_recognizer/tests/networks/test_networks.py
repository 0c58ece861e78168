"""One harness for every network of the registry: a new network is a new row."""

from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.models.ctc import ctc_loss, pack_labels
from text_recognizer.networks import NETWORKS

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Case:
    """A network at a small size, an input for it and the shape of logits that it must give."""

    input_shape: tuple[int | None, int | None, int]
    output_shape: tuple[int | None, ...]
    image_shape: tuple[int, ...]
    logits_shape: tuple[int, ...]
    arguments: dict[str, Any] = field(default_factory=dict)


CASES = {
    "mlp": Case((28, 28, 1), (62,), (3, 28, 28, 1), (3, 62), {"layer_size": 16, "dropout_amount": 0.0}),
    "lenet": Case(
        (28, 28, 1), (62,), (3, 28, 28, 1), (3, 62), {"filters": [4, 4, 4], "dense_size": 16, "dropout": 0.0}
    ),
    "character_resnet": Case(
        (28, 28, 1),
        (62,),
        (3, 28, 28, 1),
        (3, 62),
        {"stem_filters": 4, "stage_filters": [4, 8], "stage_blocks": [2, 1], "dropout": 0.0},
    ),
    "line_lstm_ctc": Case(
        (28, None, 1), (None, 9), (2, 28, 67, 1), (2, 17, 9), {"lstm_dim": 8, "filters": [2, 3, 4]}
    ),
    "line_cnn_all_conv": Case(
        (28, 160, 1),
        (None, 9),
        (2, 28, 160, 1),
        (2, 6, 9),
        {"output_length": 6, "filters": [2, 3, 4], "window_filters": 8, "dilations": [1, 2], "dropout": 0.0},
    ),
    "line_conv_ctc": Case(
        (64, None, 1),
        (None, 9),
        (2, 64, 90, 1),
        (2, 12, 9),
        {"stem_filters": 4, "stage_filters": [4, 4, 8, 8], "block_width": 16, "num_blocks": 2},
    ),
    "fcn": Case(
        (None, None, 1),
        (None, None, 3),
        (2, 32, 44, 1),
        (2, 32, 44, 3),
        {"num_filters": 8, "dilations": [1, 2]},
    ),
    "unet": Case((None, None, 1), (None, None, 3), (2, 32, 48, 1), (2, 32, 48, 3), {"filters": 4}),
}


def build(name: str) -> keras.Model:
    """Build the small version of a network."""
    keras.utils.set_random_seed(1)
    case = CASES[name]
    return NETWORKS[name](case.input_shape, case.output_shape, **case.arguments)


def image_of(name: str) -> Array:
    """Return a random input."""
    return np.random.default_rng(0).random(CASES[name].image_shape, np.float32)


def test_small_character_network_stays_small() -> None:
    network = NETWORKS["character_resnet"]((28, 28, 1), (62,))
    kernels = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    multiply_adds = sum(layer.kernel.shape.num_elements() * layer.output.shape[1] ** 2 for layer in kernels)
    assert network.count_params() <= 500_000
    assert multiply_adds <= 30_000_000


def test_every_network_has_a_case() -> None:
    assert set(CASES) == set(NETWORKS)


@pytest.mark.parametrize("name", sorted(CASES))
def test_logits_have_the_promised_shape_and_no_bounds(name: str) -> None:
    network = build(name)
    logits = np.asarray(network(image_of(name), training=False))
    assert logits.shape == CASES[name].logits_shape
    assert network.compute_output_shape(CASES[name].image_shape) == CASES[name].logits_shape
    # Logits, not probabilities: the last operation is linear.
    assert not np.allclose(logits.sum(axis=-1), 1, atol=1e-3)


@pytest.mark.parametrize("name", sorted(CASES))
def test_weights_move_to_a_second_instance(name: str) -> None:
    first, second = build(name), build(name)
    for variable in second.trainable_variables:
        variable.assign(variable + 0.1)
    second.set_weights(first.get_weights())
    image = image_of(name)
    np.testing.assert_array_equal(first(image, training=False), second(image, training=False))


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_step_lowers_the_loss(name: str) -> None:
    network, case = build(name), CASES[name]
    image = image_of(name)
    if name.endswith("_ctc"):
        labels = [np.array([1, 2, 3], np.int32)] * len(image)
        targets: Array = pack_labels(labels, [case.logits_shape[1]] * len(image))
        network.compile(keras.optimizers.SGD(1e-3), loss=ctc_loss)
    else:
        targets = np.random.default_rng(1).integers(0, case.logits_shape[-1], case.logits_shape[:-1])
        network.compile(
            keras.optimizers.SGD(1e-2), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        )
    before = network.evaluate(image, targets, verbose=0)
    for variable in network.trainable_variables:
        assert np.isfinite(np.asarray(variable)).all()
    losses = [network.train_on_batch(image, targets) for _ in range(4)]
    assert np.isfinite(before)
    assert float(losses[-1]) < float(losses[0])


@pytest.mark.parametrize("name", ["line_conv_ctc", "line_lstm_ctc"])
def test_line_networks_take_any_width(name: str) -> None:
    network, case = build(name), CASES[name]
    stride = 8 if name == "line_conv_ctc" else 4
    for width in (8, 63, 64, 130):
        logits = network(np.zeros((1, *case.image_shape[1:2], width, 1), np.float32), training=False)
        assert logits.shape == (1, -(-width // stride), 9)


@pytest.mark.parametrize(
    ("name", "input_shape", "arguments"),
    [
        ("line_conv_ctc", (60, None, 1), {}),
        ("line_lstm_ctc", (30, None, 1), {}),
        ("line_lstm_ctc", (28, None, 1), {"window_width": 10}),
        ("line_cnn_all_conv", (28, None, 1), {}),
        ("line_cnn_all_conv", (28, 160, 1), {"window_stride": 6}),
    ],
)
def test_sizes_that_do_not_fit_are_named(
    name: str, input_shape: tuple[Any, ...], arguments: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="multiple"):
        NETWORKS[name](input_shape, (None, 9), **arguments)
