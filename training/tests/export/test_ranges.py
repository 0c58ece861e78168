"""Ranges are cut off where that pays, and told of what a network computes."""

import numpy as np
import onnx
from onnx import helper

from training.export.onnx_export import INPUT
from training.export.ranges import least_error_range, least_error_ranges


def test_few_large_values_are_cut_off_but_evenly_spread_ones_are_not() -> None:
    values = np.linspace(0, 1, 200_000, dtype=np.float32)
    low, high = least_error_range(values)
    assert low == 0
    assert 0.97 < high <= 1
    low, high = least_error_range(np.append(values, np.float32(3)))
    assert 0.97 < high < 2.7


def test_a_range_holds_zero_and_is_never_empty() -> None:
    assert least_error_range(np.array([2.0, 3.0], np.float32))[0] == 0
    assert least_error_range(np.zeros(3, np.float32)) == (0, 0)


def test_activations_have_ranges_by_their_names() -> None:
    graph = helper.make_graph(
        [helper.make_node("Relu", [INPUT], ["ink"]), helper.make_node("Neg", ["ink"], ["paper"])],
        "tiny",
        [helper.make_tensor_value_info(INPUT, onnx.TensorProto.FLOAT, [1, "height", "width", 1])],
        [helper.make_tensor_value_info("paper", onnx.TensorProto.FLOAT, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    image = np.random.default_rng(0).integers(0, 256, (40, 60), dtype=np.uint8)
    ranges = least_error_ranges(model, [image])
    assert list(ranges) == ["ink"]
    assert ranges["ink"][0] == 0
    assert 0.97 < ranges["ink"][1] <= 1
