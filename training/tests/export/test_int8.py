"""What is rounded to 8 bits, and where."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from training.export.int8 import ActivationSamples, to_int8
from training.export.onnx_export import INPUT


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A file with two convolutions with rectified linear units, a product with a bias, and one of logits."""
    rng = np.random.default_rng(0)
    weights = {
        "first": rng.normal(size=(4, 1, 3, 3)),
        "second": rng.normal(size=(4, 4, 3, 3)),
        "product": rng.normal(size=(4, 6)),
        "bias": rng.normal(size=6),
        "last": rng.normal(size=(6, 3)),
    }
    same: dict[str, Any] = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    nodes = [
        helper.make_node("Transpose", [INPUT], ["channels"], "t", perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["channels", "first"], ["a"], "a", **same),
        helper.make_node("Relu", ["a"], ["b"], "b"),
        helper.make_node("Conv", ["b", "second"], ["c"], "c", **same),
        helper.make_node("Relu", ["c"], ["d"], "d"),
        helper.make_node("Transpose", ["d"], ["e"], "e", perm=[0, 2, 3, 1]),
        helper.make_node("MatMul", ["e", "product"], ["f"], "f"),
        helper.make_node("Add", ["f", "bias"], ["g"], "g"),
        helper.make_node("MatMul", ["g", "last"], ["logits"], "h"),
    ]
    sides = ["batch", "height", "width"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(INPUT, onnx.TensorProto.FLOAT, [*sides, 1])],
        [helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, [*sides, 3])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()],
    )
    path = tmp_path / "exact.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path


def images() -> list[np.ndarray]:
    return list(np.random.default_rng(1).integers(0, 256, (2, 8, 9), dtype=np.uint8))


def test_results_are_rounded_behind_the_units_and_before_no_bias(model: Path, tmp_path: Path) -> None:
    to_int8(model, tmp_path / "rounded.onnx", images(), exact_convolutions=1)
    graph = onnx.load(tmp_path / "rounded.onnx").graph
    rounded = {node.input[0] for node in graph.node if node.op_type == "QuantizeLinear"}
    made_by = {output: node.op_type for node in graph.node for output in node.output}
    assert sorted(made_by[name] for name in rounded) == ["Conv", "Relu", "Transpose"]
    operations = [node.op_type for node in graph.node]
    assert operations.count("Relu") == 1, "the second unit is done with its convolution"


def test_a_range_is_what_is_asked_for(model: Path, tmp_path: Path) -> None:
    to_int8(model, tmp_path / "rounded.onnx", images(), exact_convolutions=1, ranges={"e": (0.0, 2.55)})
    graph = onnx.load(tmp_path / "rounded.onnx").graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    (scale,) = (tensors[node.input[1]] for node in graph.node if node.input[0] == "e")
    assert scale == pytest.approx(0.01)


def test_lines_are_handed_out_once_as_network_inputs() -> None:
    reader = ActivationSamples([np.full((64, 64), 255, np.uint8), np.full((64, 96), 255, np.uint8)])
    inputs = [reader.get_next(), reader.get_next()]
    assert [value["image"].shape for value in inputs if value] == [(1, 64, 64, 1), (1, 64, 96, 1)]
    assert all(value["image"].max() == 1 for value in inputs if value)
    assert reader.get_next() is None
