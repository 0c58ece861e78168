"""What training makes of every network: refused arguments, files of weights, an ONNX that equals it."""

from pathlib import Path

import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.inference.artifacts import Decoding
from text_recognizer.tests.networks.cases import CASES, Case
from training.build import build_model
from training.config import ExperimentConfig
from training.export import parity
from training.export.onnx_export import to_onnx
from training.export.weights_file import read_half_weights, save_half_weights

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


@every_case
def test_unknown_argument_is_a_config_error(case: Case) -> None:
    config = ExperimentConfig("D", "LineModel", case.network, network_args={"no_such_argument": 1})
    with pytest.raises(ConfigError, match="no_such_argument"):
        build_model(config, case.input_shape, case.output_shape)


@every_case
def test_half_weights_come_back(case: Case, tmp_path: Path) -> None:
    first, second = case.build(), case.build()
    save_half_weights(first, tmp_path / "weights.h5")
    second.set_weights(read_half_weights(tmp_path / "weights.h5", [w.shape for w in first.weights]))
    expected, received = first(case.image(), training=False), second(case.image(), training=False)
    np.testing.assert_allclose(received, expected, atol=0.02)


@every_case
def test_onnx_equals_keras(case: Case, tmp_path: Path) -> None:
    network = case.build()
    to_onnx(network, tmp_path / "model.onnx")
    downsampling = -(-case.image_shape[2] // case.logits_shape[1]) if case.by_ctc else 1
    decoding: Decoding = "ctc" if case.by_ctc else "per_position"
    difference = parity.check_parity(network, tmp_path / "model.onnx", downsampling, decoding=decoding)
    assert difference <= parity.TOLERANCE
