"""Transposed convolution that makes a network's logits -> a convolution whose channels become pixels.

ONNX Runtime runs transposed convolutions neither in 8 bits nor with its fast kernels. One that enlarges by a
factor is the same as a convolution of the small image that has an output for each pixel of the square that a
pixel becomes: the sub-pixel convolution of Shi et al. 2016 (CVPR, arXiv 1609.05158), section 3.
"""

from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from text_recognizer.arrays import Tensor
from text_recognizer.errors import ConfigError

# Names in the graph: of the convolution's weights, and of what it gives, (1, labels of a square, h, w).
SUBPIXEL_KERNEL, SUBPIXEL_BIAS, SQUARES = "subpixel_kernel", "subpixel_bias", "squares"

_AROUND = (-1, 0, 1)  # rows and columns of the small image from which a pixel's square gets something


def with_subpixel_logits(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a model with the same logits (1, h, w, labels), made by a convolution.

    Args:
        model: Its logits are made by a transposed convolution, without anything behind it but cropping and
            the transposition to channels last: stride S, which is even, kernels (2 S, 2 S), padding `same`.

    Raises:
        ConfigError: If there is no such transposed convolution.
    """
    graph = model.graph
    node = _transposed_convolution(graph)
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    kernel, bias = (numpy_helper.to_array(tensors[name]) for name in node.input[1:])
    stride = kernel.shape[2] // 2
    added = _nodes(node.input[0], graph.input[0].name, graph.output[0].name)
    constants = {
        SUBPIXEL_KERNEL: subpixel_kernel(kernel),
        SUBPIXEL_BIAS: np.tile(bias, stride**2),
        "stride": np.array([stride], np.int64),
        "square": np.array([stride, stride, kernel.shape[1]], np.int64),
        "one_page": np.array([1], np.int64),
        "labels": np.array([kernel.shape[1]], np.int64),
        "axis_1": np.array([1], np.int64),
        "axis_3": np.array([3], np.int64),
    }
    kept = _behind(graph, node.input[0])
    used = {name for each in kept for name in each.input}
    weights = [tensor for tensor in graph.initializer if tensor.name in used]
    weights += [numpy_helper.from_array(value, name) for name, value in constants.items()]
    new = helper.make_graph([*kept, *added], graph.name, graph.input, graph.output, weights)
    result = helper.make_model(new, opset_imports=model.opset_import, ir_version=model.ir_version)
    onnx.checker.check_model(result)
    return result


def subpixel_kernel(kernel: Tensor) -> Tensor:
    """Return the kernel of the convolution, (N, channels, 3, 3), of which most weights are 0.

    N counts the labels of all S x S pixels of a square.

    Args:
        kernel: (channels, labels, K, K) of the transposed convolution, K = 2 S.
    """
    channels, labels, size, _ = kernel.shape
    stride = size // 2
    result = np.zeros((stride, stride, labels, channels, 3, 3), np.float32)
    for row in range(stride):  # of the square
        for column in range(stride):
            for down in _AROUND:
                for right in _AROUND:
                    y, x = (
                        place + stride // 2 - stride * step for place, step in ((row, down), (column, right))
                    )
                    if 0 <= y < size and 0 <= x < size:
                        result[row, column, :, :, down + 1, right + 1] = kernel[:, :, y, x].T
    return result.reshape(-1, channels, 3, 3)


def _transposed_convolution(graph: onnx.GraphProto) -> onnx.NodeProto:
    """Return the only transposed convolution of a graph, see `with_subpixel_logits`."""
    found = [node for node in graph.node if node.op_type == "ConvTranspose"]
    if len(found) == 1 and len(found[0].input) == 3:
        values = {each.name: helper.get_attribute_value(each) for each in found[0].attribute}
        node: onnx.NodeProto = found[0]
        size, strides = values.get("kernel_shape", [0, 0]), values.get("strides", [1, 1])
        if strides[0] % 2 == 0 and list(size) == [2 * side for side in strides] == 2 * [size[0]]:
            return node
    raise ConfigError(
        "The model has no transposed convolution of stride S and kernels (2 S, 2 S) that makes its logits. "
        "Name a line detector of the network fcn."
    )


def _behind(graph: onnx.GraphProto, value: str) -> list[onnx.NodeProto]:
    """Return the nodes that make a value, in their order."""
    needed, kept = {value}, []
    for node in reversed(graph.node):
        if needed & set(node.output):
            kept.append(node)
            needed |= set(node.input)
    return kept[::-1]


def _nodes(features: str, image: str, logits: str) -> list[onnx.NodeProto]:
    """Return the nodes that make logits (1, h, w, labels) of features and of an image (1, h, w, 1)."""

    def node(operation: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
        return helper.make_node(operation, inputs, [output], f"logits_{output}", **attributes)

    return [
        node(
            "Conv", [features, SUBPIXEL_KERNEL, SUBPIXEL_BIAS], SQUARES,
            kernel_shape=[3, 3], pads=[1, 1, 1, 1],
        ),
        node("Transpose", [SQUARES], "squares_last", perm=[0, 2, 3, 1]),
        node("Shape", [image], "image_shape"),
        node("Slice", ["image_shape", "axis_1", "axis_3"], "sides"),
        node("Div", ["sides", "stride"], "small_sides"),
        node("Concat", ["small_sides", "square"], "split_shape", axis=0),  # h / S, w / S, S, S, labels
        node("Reshape", ["squares_last", "split_shape"], "split"),
        node("Transpose", ["split"], "interleaved", perm=[0, 2, 1, 3, 4]),
        node("Concat", ["one_page", "sides", "labels"], "logits_shape", axis=0),
        node("Reshape", ["interleaved", "logits_shape"], logits),
    ]  # fmt: skip
