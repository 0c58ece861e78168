"""Keras network -> ONNX file with one input `image`, one output `logits` and named dynamic axes."""

import warnings
from pathlib import Path

import keras
import numpy as np
import onnx

from text_recognizer.errors import ArtifactError
from training.export.onnx_simplification import simplify

INPUT, OUTPUT = "image", "logits"

_INPUT_AXES = ("batch", "height", "width", "channels")
_PROBE_SIDE_PX = 64  # any size will do, of zeros that a network with free sides is called on once


def to_onnx(network: keras.Model, path: Path) -> None:
    """Write `network` as ONNX; free axes of its input (batch, height, width) stay free.

    Args:
        network: Float32, (N, H, W, 1) -> logits.
        path: The file to write.

    Raises:
        ArtifactError: If the backend is not TensorFlow, the network does not compute in float32, or the
            result has other than one input and output.
    """
    _check(network)
    sides = [_PROBE_SIDE_PX if side is None else side for side in network.input_shape[1:]]
    network(np.zeros((1, *sides), np.float32))  # a functional model that was never called cannot be exported
    with warnings.catch_warnings():
        # tf2onnx asks numpy for its attribute `object`.
        warnings.filterwarnings("ignore", message=r".*`np\.object`", category=FutureWarning)
        network.export(str(path), format="onnx", verbose=False)
    graph = simplify(onnx.load(path))
    _name_ends(graph.graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def _check(network: keras.Model) -> None:
    if keras.backend.backend() != "tensorflow":
        raise ArtifactError(
            "Expected Keras on TensorFlow, whose export keeps free widths; "
            f"received {keras.backend.backend()!r}. Set KERAS_BACKEND=tensorflow."
        )
    if mixed := [layer.name for layer in network.layers if layer.compute_dtype != "float32"]:
        raise ArtifactError(
            f"Expected a network that computes in float32; received {mixed[:3]} in another precision. "
            "Rebuild it in float32 and load its weights."
        )


def _name_ends(graph: onnx.GraphProto) -> None:
    """Give input, output and free axes names that mean something."""
    weights = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in weights]
    if len(inputs) != 1 or len(graph.output) != 1:
        raise ArtifactError(
            f"Expected one input and one output; received {len(inputs)} and {len(graph.output)}. "
            "Give the network one image and one array of logits."
        )
    _rename(graph, inputs[0].name, INPUT)
    _rename(graph, graph.output[0].name, OUTPUT)
    _name_axes(inputs[0], _INPUT_AXES)
    rank = len(graph.output[0].type.tensor_type.shape.dim)
    middle = {2: (), 3: ("frames",), 4: ("height", "width")}[rank]
    _name_axes(graph.output[0], ("batch", *middle, "labels"))


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    for values in (graph.input, graph.output, graph.value_info):
        for value in values:
            value.name = new if value.name == old else value.name
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [new if name == old else name for name in names]


def _name_axes(value: onnx.ValueInfoProto, names: tuple[str, ...]) -> None:
    for dimension, name in zip(value.type.tensor_type.shape.dim, names, strict=True):
        if dimension.HasField("dim_param"):
            dimension.dim_param = name
