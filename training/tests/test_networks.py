"""What training makes of every network: refused arguments, files of weights, an ONNX that equals it."""

from pathlib import Path

import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.inference.artifacts import Decoding
from text_recognizer.tests.networks.cases import Case, parametrize
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig
from training.export import parity
from training.export.onnx_export import to_onnx
from training.weights_file import read_half_weights, save_half_weights

every_case = parametrize()


@every_case
def test_unknown_argument_is_a_config_error(case: Case) -> None:
    config = ExperimentConfig("D", "LineModel", case.network, network_args={"no_such_argument": 1})
    with pytest.raises(ConfigError, match="no_such_argument"):
        build_model(config, SampleFormat(case.input_shape, case.output_shape, ""))


@every_case
def test_half_weights_come_back(case: Case, tmp_path: Path) -> None:
    save_half_weights(case.shared, tmp_path / "weights.h5")
    case.spare.set_weights([np.zeros(weight.shape) for weight in case.shared.weights])
    case.spare.set_weights(read_half_weights(tmp_path / "weights.h5", case.spare))
    np.testing.assert_allclose(case.spare(case.image(), training=False), case.logits, atol=0.02)


@every_case
def test_onnx_equals_keras(case: Case, tmp_path: Path) -> None:
    to_onnx(case.shared, tmp_path / "model.onnx")
    downsampling = -(-case.image_shape[2] // case.logits_shape[1]) if case.by_ctc else 1
    decoding: Decoding = "ctc" if case.by_ctc else "per_position"
    difference = parity.check_parity(case.shared, tmp_path / "model.onnx", downsampling, decoding=decoding)
    assert difference <= parity.MAX_DIFFERENCE
