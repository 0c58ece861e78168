"""One harness for every network of the registry: a new network is a new row of `cases.CASES`."""

import json
import math
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.models.ctc import ctc_loss, pack_labels
from text_recognizer.networks import NETWORKS
from text_recognizer.networks.sequence import FEATURES
from text_recognizer.tests.networks.cases import CASES, Case, in_process_of, parametrize
from text_recognizer.tests.repository import ROOT

Array = np.ndarray[Any, np.dtype[Any]]

every_case = parametrize()


def test_every_network_has_a_case() -> None:
    assert {case.network for case in CASES.values()} == set(NETWORKS)


@every_case
def test_logits_have_the_promised_shape_and_no_bounds(case: Case) -> None:
    assert case.shared.name == case.network
    assert case.logits.shape == case.logits_shape
    assert case.shared.compute_output_shape(case.image_shape) == case.logits_shape
    # Logits, not probabilities: the last operation is linear.
    assert not np.allclose(case.logits.sum(axis=-1), 1, atol=1e-3)


@every_case
def test_the_whole_image_is_seen(case: Case) -> None:
    edges = (np.s_[:1], np.s_[-1:], np.s_[:, :1], np.s_[:, -1:])
    images = np.repeat(case.image()[:1], len(edges), axis=0)
    changed = images.copy()
    for image, edge in zip(changed, edges, strict=True):
        image[edge] = 9
    # Two calls of the same shape: rows of one call may differ in their last bits by their place alone.
    before, after = (np.asarray(case.shared(batch, training=False)) for batch in (images, changed))
    for row, changed_row in zip(before, after, strict=True):
        assert not np.array_equal(row, changed_row)


@every_case
def test_weights_move_to_a_second_instance(case: Case, tmp_path: Path) -> None:
    for variable in case.spare.trainable_variables:
        variable.assign(variable + 0.1)
    case.shared.save_weights(tmp_path / "x.weights.h5")
    case.spare.load_weights(tmp_path / "x.weights.h5")
    np.testing.assert_array_equal(case.spare(case.image(), training=False), case.logits)


@every_case
def test_a_step_lowers_the_loss(case: Case) -> None:
    """Eagerly: to trace the graph of a step takes longer than many steps at this size."""
    network, image = case.spare, case.image()
    network.set_weights(case.shared.get_weights())
    if case.by_ctc:
        labels = [np.array([1, 2, 3], np.int32)] * len(image)
        targets: Array = pack_labels(labels, [case.logits_shape[1]] * len(image))
        network.compile(keras.optimizers.SGD(1e-3), loss=ctc_loss, run_eagerly=True)
    else:
        targets = np.random.default_rng(1).integers(0, case.logits_shape[-1], case.logits_shape[:-1])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.compile(keras.optimizers.SGD(1e-2), loss=loss, run_eagerly=True)
    before = network.evaluate(image, targets, verbose=0)
    for variable in network.trainable_variables:
        assert np.isfinite(np.asarray(variable)).all()
    losses = [network.train_on_batch(image, targets) for _ in range(2)]
    assert np.isfinite(before)
    assert float(losses[1]) < float(losses[0])


@pytest.mark.parametrize(
    ("name", "stride"),
    [
        pytest.param(name, stride, marks=in_process_of(name))
        for name, stride in {
            "line_conv_ctc": 8,
            "line_lstm_ctc": 4,
            "line_lstm_ctc no window": 8,
            "crnn_resnet_bilstm": 8,
            "crnn_vgg": 4,
        }.items()
    ],
)
def test_line_networks_take_any_width(name: str, stride: int) -> None:
    case = CASES[name]
    for width in (8, 63, 64, 130):
        logits = case.shared(np.zeros((1, *case.image_shape[1:2], width, 1), np.float32), training=False)
        assert logits.shape == (1, -(-width // stride), 9)


@pytest.mark.parametrize(
    ("name", "arguments", "named"),
    [
        ("line_conv_ctc", {"stage_filters": [4]}, "4 stage_filters"),
        ("line_lstm_ctc", {"window_width": 0}, "window_width=0"),
        ("line_lstm_ctc", {"window_stride": 0}, "window_stride=0"),
        ("line_lstm_ctc", {"num_lstm_layers": 0}, "num_lstm_layers"),
        ("line_cnn_all_conv", {"window_stride": -4}, "window_stride=-4"),
        ("unet", {"depth": 3}, "depth=3"),
        ("unet", {"depth": 0}, "depth=0"),
        ("character_resnet", {"stage_blocks": [1]}, r"stage_blocks=\[1\]"),
        ("line_conv_ctc", {"pooling": "min"}, "'max' or 'mean'; received 'min'"),
        ("crnn_resnet_bilstm", {"stage_blocks": [3, 4]}, "4 stage_blocks"),
        ("crnn_resnet_bilstm", {"num_lstm_layers": 0}, "num_lstm_layers"),
        ("crnn_vgg", {"filters": [4]}, "7 filters"),
        ("crnn_vgg", {"num_lstm_layers": 0}, "num_lstm_layers"),
    ],
)
def test_arguments_that_do_not_fit_are_named(name: str, arguments: dict[str, Any], named: str) -> None:
    case = CASES[name]
    with pytest.raises(ConfigError, match=named):
        NETWORKS[name](case.input_shape, case.output_shape, **{**case.arguments, **arguments})


@pytest.mark.parametrize(
    ("name", "input_shape", "named"),
    [
        ("line_conv_ctc", (60, None, 1), "multiple of 32"),
        ("line_lstm_ctc", (30, None, 1), "multiple of 4; received 30"),
        ("line_cnn_all_conv", (30, 160, 1), "multiple of 4; received 30"),
        ("crnn_resnet_bilstm", (48, None, 1), "multiple of 32"),
        ("crnn_vgg", (40, None, 1), "multiple of 16"),
        ("line_cnn_all_conv", (28, None, 1), "one width"),
    ],
)
def test_images_that_do_not_fit_are_named(
    name: str, input_shape: tuple[int | None, int | None, int], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        NETWORKS[name](input_shape, (None, 9))


@parametrize([name for name, case in CASES.items() if case.by_ctc])
def test_line_networks_name_the_features_of_their_frames(case: Case) -> None:
    network = case.shared
    tapped = keras.Model(network.input, network.get_layer(FEATURES).output)
    assert tapped.compute_output_shape(case.image_shape)[:2] == case.logits_shape[:2]


@pytest.mark.parametrize(
    ("experiment", "limit"),
    [("iam_lines_conv", 1.6e9), ("iam_lines_conv_small", 0.6e9), ("iam_lines_conv_large", 3.3e9)],
)
def test_convolutional_networks_cost_what_they_may(experiment: str, limit: float) -> None:
    """Operations, two for each multiply-add, for a line of 64x1024."""
    values = json.loads((ROOT / "training" / "experiments" / f"{experiment}.json").read_text())
    network = NETWORKS[values["network"]]((64, 1024, 1), (None, 80), **values["network_args"])
    kernels = [layer for layer in network.layers if hasattr(layer, "kernel")]
    places = [math.prod(layer.output.shape[1:-1]) for layer in kernels]
    operations = 2 * sum(
        count * math.prod(layer.kernel.shape) for count, layer in zip(places, kernels, strict=True)
    )
    assert 0.9 * limit < operations <= limit


def test_small_character_network_stays_small() -> None:
    network = NETWORKS["character_resnet"]((28, 28, 1), (62,))
    kernels = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    multiply_adds = sum(math.prod(layer.kernel.shape) * layer.output.shape[1] ** 2 for layer in kernels)
    assert network.count_params() <= 500_000
    assert multiply_adds <= 30_000_000


def test_positions_follow_the_density_of_characters() -> None:
    """The density is even at first: position k hears of its own stretch of the line and what is near."""
    network = NETWORKS["line_cnn_all_conv"](
        (28, 640, 1), (None, 9), output_length=20, filters=[2, 3, 4], window_filters=8, dilations=[]
    )
    blank = np.zeros((1, 28, 640, 1), np.float32)
    inked = blank.copy()
    inked[:, :, 320:352] = 1  # where the eleventh of twenty characters stands
    changes = np.abs(np.asarray(network(inked)) - np.asarray(network(blank)))[0].max(axis=-1)
    assert 7 <= changes.argmax() <= 13
    assert changes.max() > 1e-3
    assert changes[:3].max() < 1e-6
    assert changes[-3:].max() < 1e-6
