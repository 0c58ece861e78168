"""Exported networks lose what is superfluous, and compute the same."""

from collections import Counter
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import onnx
import pytest
from keras import layers
from onnx import TensorProto, helper, numpy_helper

from text_recognizer.inference.session import Session
from training.export.onnx_export import to_onnx
from training.export.onnx_simplification import simplify

Float = npt.NDArray[np.float32]


def sequence_network() -> keras.Model:
    """Return a network of the layers whose export is simplified, none of whose weights is 0 or 1."""
    image = keras.Input((8, None, 1))
    x = layers.Permute((2, 1, 3))(image)
    x = layers.Reshape((-1, 8))(x)
    x = layers.Dense(6, activation="relu")(x)
    x = x + layers.LayerNormalization(epsilon=1e-3)(layers.DepthwiseConv1D(3, padding="same")(x))
    x = layers.LayerNormalization(epsilon=1e-6)(layers.Dense(5)(x))
    network = keras.Model(image, layers.Dense(4)(x))
    rng = np.random.default_rng(0)
    network.set_weights([rng.uniform(0.2, 0.9, weight.shape) for weight in network.get_weights()])
    return network


def operations(model: onnx.ModelProto) -> Counter[str]:
    return Counter(node.op_type for node in model.graph.node)


@pytest.fixture(scope="module")
def exported_sequence(tmp_path_factory: pytest.TempPathFactory) -> tuple[keras.Model, Path]:
    """Such a network and its export."""
    network, path = sequence_network(), tmp_path_factory.mktemp("sequence") / "network.onnx"
    to_onnx(network, path)
    return network, path


@pytest.mark.parametrize(("batch", "width"), [(1, 1), (1, 9), (3, 20)])
def test_simplified_network_computes_the_same(
    exported_sequence: tuple[keras.Model, Path], batch: int, width: int
) -> None:
    network, path = exported_sequence
    image = np.random.default_rng(1).random((batch, 8, width, 1), np.float32)
    received = Session(path, threads=1).run(image)
    np.testing.assert_allclose(received, np.asarray(network(image)), atol=1e-5)


def test_products_normalisations_and_biases_are_one_node_each(
    exported_sequence: tuple[keras.Model, Path],
) -> None:
    model = onnx.load(exported_sequence[1])
    found = operations(model)
    assert found["LayerNormalization"] == 2
    assert found["MatMul"] == 3
    assert found["Add"] == 3 + 1  # biases of the products, and the sum
    assert not {"Sqrt", "Reciprocal", "Neg", "Gather"} & set(found)
    used = {name for node in model.graph.node for name in node.input}
    assert {tensor.name for tensor in model.graph.initializer} <= used


def test_what_is_not_recognised_stays() -> None:
    """A sum of products that looks like a normalisation but has no root, and a product of two values."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 3])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, 2])
    nodes = [
        helper.make_node("Neg", ["x"], ["negative"]),
        helper.make_node("Mul", ["x", "scale"], ["scaled"]),
        helper.make_node("Mul", ["negative", "scale"], ["moved"]),
        helper.make_node("Add", ["moved", "scale"], ["shift"]),
        helper.make_node("Add", ["scaled", "shift"], ["sum"]),
        helper.make_node("Transpose", ["x"], ["turned"]),
        helper.make_node("MatMul", ["sum", "turned"], ["y"]),
    ]
    scale = numpy_helper.from_array(np.ones(3, np.float32), "scale")
    model = helper.make_model(
        helper.make_graph(nodes, "graph", [x], [y], [scale]), opset_imports=[helper.make_opsetid("", 15)]
    )
    onnx.checker.check_model(model)
    assert operations(simplify(model)) == operations(model)


def test_dilated_convolutions_are_one_node_each(tmp_path: Path) -> None:
    image = keras.Input((None, None, 1))
    x = layers.Conv2D(16, 3, padding="same")(image)
    for dilation in (2, 4):
        x = layers.Conv2D(16, 3, dilation_rate=dilation, padding="same", use_bias=False)(x)
        x = layers.Activation("relu")(layers.BatchNormalization()(x))
    network, path = keras.Model(image, x), tmp_path / "network.onnx"
    rng = np.random.default_rng(0)
    network.set_weights([rng.uniform(0.2, 0.9, weight.shape) for weight in network.get_weights()])
    to_onnx(network, path)
    found = operations(onnx.load(path))
    assert found["Conv"] == 3
    assert not {"SpaceToDepth", "DepthToSpace", "Pad", "Slice", "Mul"} & set(found)
    for size in ((8, 8), (13, 21)):
        page = rng.random((1, *size, 1), np.float32)
        received = Session(path, threads=1).run(page)
        np.testing.assert_allclose(received, np.asarray(network(page)), rtol=1e-5)
