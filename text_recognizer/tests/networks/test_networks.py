"""One harness for every network of the registry: a new network is a new row of `cases.CASES`."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.models.ctc import ctc_loss, pack_labels
from text_recognizer.networks import NETWORKS
from text_recognizer.networks.sequence import FEATURES
from text_recognizer.tests.networks.cases import CASES, Case, in_process_of, parametrize

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
        targets: Any = pack_labels(labels, [case.logits_shape[1]] * len(image))
        network.compile(keras.optimizers.SGD(1e-3), loss=ctc_loss, run_eagerly=True)
    else:
        targets = np.random.default_rng(1).integers(0, case.logits_shape[-1], case.logits_shape[:-1])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.compile(keras.optimizers.SGD(1e-2), loss=loss, run_eagerly=True)
    for variable in network.trainable_variables:
        assert np.isfinite(np.asarray(variable)).all()
    assert np.isfinite(np.asarray(network.compute_loss(image, targets, case.logits)))
    before = network.train_on_batch(image, targets)
    after = network.compute_loss(image, targets, network(image, training=True))
    assert float(after) < float(before)


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
            "crnn_resnet34_vd": 4,
            "crnn_mobilenet_v3": 4,
            "line_conv_ctc low": 4,
        }.items()
    ],
)
def test_line_networks_take_any_width(name: str, stride: int) -> None:
    case = CASES[name]
    for width in (8, 31, 32, 33):
        logits = case.shared(np.zeros((1, *case.image_shape[1:2], width, 1), np.float32), training=False)
        assert logits.shape == (1, -(-width // stride), 9)


@parametrize([name for name, case in CASES.items() if case.by_ctc])
def test_line_networks_name_the_features_of_their_frames(case: Case) -> None:
    network = case.shared
    tapped = keras.Model(network.input, network.get_layer(FEATURES).output)
    assert tapped.compute_output_shape(case.image_shape)[:2] == case.logits_shape[:2]
