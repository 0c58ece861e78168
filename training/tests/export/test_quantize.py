"""Static int8: what is rounded, by which lines, and that the result is a model like any other."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import CARD, MANIFEST, ONNX
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.tests.tiny_models import write_artifact
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.export import quantize as module
from training.export.int8 import to_int8
from training.export.quantize import main, quantize
from training.tests.conftest import TEXTS, draw
from training.tests.test_train import experiment

pytestmark = pytest.mark.xdist_group("tiny_installed")  # in one process, which exports it once


def test_int8_model_is_one_like_any_other(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Sequence[Any]] = []

    def spy(source: Path, target: Path, images: Sequence[Any]) -> None:
        seen.append(images)
        to_int8(source, target, images)

    monkeypatch.setattr(module, "to_int8", spy)
    (weights / "tiny_int8").mkdir()
    (weights / "tiny_int8" / CARD).write_text("a model card")
    folder = quantize("tiny", calibration_lines=3, scored_lines=5, weights_dir=weights)
    assert folder == weights / "tiny_int8"
    assert sorted(path.name for path in folder.iterdir()) == [CARD, MANIFEST, ONNX]
    assert (folder / CARD).read_text() == "a model card", "people write it"
    assert sorted(path.name for path in weights.iterdir()) == ["tiny", "tiny_int8"]
    for image, index in zip(seen[0], (0, 3, 6), strict=True):  # of nine
        np.testing.assert_array_equal(image, draw(TEXTS[index]))

    manifest = json.loads((folder / MANIFEST).read_text())
    artifacts.find("tiny_int8", "line", weights)
    assert manifest["name"] == "tiny_int8"
    assert manifest["experiment"] == experiment().to_dict()
    assert "parity_max_difference" not in manifest
    told = manifest["quantization"]
    digest = hashlib.sha256((weights / "tiny" / ONNX).read_bytes()).hexdigest()
    assert (told["source"], told["source_sha256"], told["calibration_lines"]) == ("tiny", digest, 3)
    assert told["lines"] == 5
    assert told["seconds_ratio"] > 0
    assert manifest["scores"] == {"cer": told["cer"]}

    line = (draw("decade") / 255).astype(np.float32)
    exact, rounded = (LinePredictor(name, weights, threads=1) for name in ("tiny", "tiny_int8"))
    (expected,), (received,) = exact.predict_logits([line]), rounded.predict_logits([line])
    assert expected.shape == received.shape
    assert 0 < np.abs(expected - received).max() < 0.2 * np.ptp(expected)


def test_weights_are_int8_per_channel_but_for_both_ends(weights: Path, tmp_path: Path) -> None:
    to_int8(weights / "tiny" / ONNX, tmp_path / "rounded.onnx", [draw("abc"), draw("fade")])
    graph = onnx.load(tmp_path / "rounded.onnx").graph
    tensors = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    products = [node for node in graph.node if node.op_type in ("Conv", "MatMul")]
    rounded = [node for node in products if node.input[1] in made_by]
    assert len(rounded) == len(products) - 3 >= 6
    for node in rounded:
        kernel, scale = (tensors[name] for name in made_by[node.input[1]].input[:2])
        assert kernel.dtype == np.int8
        assert scale.size == kernel.shape[0 if node.op_type == "Conv" else 1] > 1
    exact = [node for node in products if node.input[1] in tensors]
    assert [node.op_type for node in exact] == ["Conv", "Conv", "MatMul"]
    assert tensors[exact[-1].input[1]].shape == (32, 80)


def test_models_that_cannot_be_quantized_are_named(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="nobody"):
        quantize("nobody", weights_dir=weights)
    model = onnx.load(weights / "tiny" / ONNX)
    name = write_artifact(tmp_path / "other", model, "line", LINE_CHARACTERS, "per_position")
    with pytest.raises(ConfigError, match="frames for CTC"):
        quantize(name, weights_dir=tmp_path / "other")
    assert main(["nobody"]) == 1
