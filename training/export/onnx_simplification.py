"""ONNX graph -> the same computation with fewer nodes.

tf2onnx writes a product along the last axis as a reshape to two axes and back, whose shapes are computed
anew at each run, a layer normalization as some fifteen elementwise nodes, and a dilated convolution as one of
images that are taken apart and put together again. The work of a small network is not much more than what an
inference engine spends on calling nodes and on rearranging images.
"""

from collections import Counter

import numpy as np
import onnx
from onnx import helper, numpy_helper

from text_recognizer.arrays import Tensor

_RESHAPING = ("Reshape", "Squeeze", "Unsqueeze")
_ARRANGING = (*_RESHAPING, "Transpose")


class _Graph:
    """A graph, with who makes a value and who takes it."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.graph = graph
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        self.makers = {name: node for node in graph.node for name in node.output}
        self.uses = Counter(name for node in graph.node for name in node.input)
        self.uses.update(value.name for value in graph.output)

    def maker(self, value: str, *operations: str) -> onnx.NodeProto | None:
        """Return the node that makes `value`, if it is one of `operations`."""
        node = self.makers.get(value)
        return node if node is not None and node.op_type in operations else None

    def taker(self, value: str, *operations: str) -> onnx.NodeProto | None:
        """Return the only node that takes `value`, if it is one of `operations`."""
        takers = [node for node in self.graph.node if value in node.input]
        only = len(takers) == self.uses[value] == 1 and takers[0].op_type in operations
        return takers[0] if only else None

    def constant(self, value: str) -> Tensor | None:
        """Return the constant called `value`, (...,); None if there is none."""
        tensor = self.constants.get(value)
        return None if tensor is None else numpy_helper.to_array(tensor)

    def operands(self, node: onnx.NodeProto) -> tuple[str, Tensor] | None:
        """Return the computed operand of a sum or product, and the constant one, (...,)."""
        for computed, other in (node.input, reversed(node.input)):
            values = self.constant(other)
            if values is not None and computed not in self.constants:
                return computed, values
        return None

    def chain(self, value: str, *operations: str) -> list[onnx.NodeProto]:
        """Return the nodes that make `value`, last one first, each from the one before and constants."""
        nodes: list[onnx.NodeProto] = []
        for operation in operations:
            node = self.maker(value, operation)
            computed = [name for name in node.input if name not in self.constants] if node else []
            if node is None or len(computed) != 1:
                return []
            nodes.append(node)
            value = computed[0]
        return nodes

    def takers(self, value: str, *operations: str) -> list[onnx.NodeProto]:
        """Return the nodes that take `value` one after the other, each alone; none if one is missing."""
        nodes: list[onnx.NodeProto] = []
        for operation in operations:
            node = self.taker(value, operation)
            if node is None:
                return []
            nodes.append(node)
            value = node.output[0]
        return nodes

    def unshaped(self, value: str, *operations: str) -> list[str]:
        """Return `value` and what it was before each of `operations` whose other inputs are constants."""
        values = [value]
        while (node := self.maker(value, *operations)) and all(i in self.constants for i in node.input[1:]):
            value = node.input[0]
            values.append(value)
        return values

    def measured(self, shape: str) -> str | None:
        """Return the value from whose shape `shape` is computed, if it takes only that and constants."""
        while (node := self.makers.get(shape)) and node.op_type != "Shape":
            computed = [name for name in node.input if name not in self.constants]
            if len(computed) != 1:
                return None
            shape = computed[0]
        return node.input[0] if node is not None else None

    def add_constant(self, name: str, values: Tensor) -> str:
        """Add a constant (...,); returns its name."""
        self.graph.initializer.append(numpy_helper.from_array(values, name))
        return name


def simplify(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return `model` in opset 17 with direct products, layer normalizations, biases and dilated convolutions.

    What it does not recognize stays as it is. That the result computes the same is for the caller to prove.
    """
    model = onnx.version_converter.convert_version(model, 17)  # the first with LayerNormalization
    for step in (_join_products, _join_normalizations, _join_biases, _join_dilations, _drop_unused):
        step(_Graph(model.graph))
    del model.graph.value_info[:]
    return model


def _join_products(graph: _Graph) -> None:
    """Reshape -> MatMul -> Reshape: ONNX multiplies along the last axis, however many there are before.

    The second reshape gives back the axes of the value whose shape it is told, which is the one to multiply.
    """
    for node in list(graph.graph.node):
        weights = graph.constant(node.input[1]) if node.op_type == "MatMul" else None
        back = graph.taker(node.output[0], "Reshape")
        if weights is None or weights.ndim != 2 or back is None:
            continue
        measured = graph.measured(back.input[1])
        if measured is not None and measured in graph.unshaped(node.input[0], *_RESHAPING):
            node.input[0], node.output[0] = measured, back.output[0]
            graph.graph.node.remove(back)


def _join_normalizations(graph: _Graph) -> None:
    """Sum x s + (beta - mean s) with s = gamma / sqrt(variance + epsilon), as Keras computes it."""
    for index, node in enumerate(graph.graph.node):
        if found := _normalization(graph, node):
            x, gamma, beta, epsilon = found
            name = node.output[0]
            inputs = [x, graph.add_constant(f"{name}/gamma", gamma), graph.add_constant(f"{name}/beta", beta)]
            joined = helper.make_node(
                "LayerNormalization", inputs, [name], f"{name}/LayerNormalization", axis=-1, epsilon=epsilon
            )
            graph.graph.node[index].CopyFrom(joined)


def _normalization(graph: _Graph, node: onnx.NodeProto) -> tuple[str, Tensor, Tensor, float] | None:
    """Return x, gamma (F,), beta (F,) and epsilon of the layer normalization that ends in `node`, or None."""
    if node.op_type != "Add":
        return None
    scaled, shift = graph.maker(node.input[0], "Mul"), graph.maker(node.input[1], "Add")
    if scaled is None or shift is None or (parts := graph.operands(shift)) is None:
        return None
    x, scale = scaled.input
    moved, beta = graph.maker(parts[0], "Mul"), parts[1]
    if moved is None or scale not in moved.input:
        return None
    (mean,) = (value for value in moved.input if value != scale)
    chain = graph.chain(graph.unshaped(scale, *_ARRANGING)[-1], "Mul", "Reciprocal", "Sqrt", "Add")
    if not chain or graph.maker(graph.unshaped(mean, *_ARRANGING)[-1], "Neg") is None:
        return None
    weighted, raised = graph.operands(chain[0]), graph.operands(chain[-1])
    if weighted is None or raised is None or raised[1].size != 1:
        return None
    return x, weighted[1].reshape(-1), beta.reshape(-1), float(raised[1].reshape(()))


def _join_biases(graph: _Graph) -> None:
    """Conv -> Squeeze -> Add of a constant per filter: the convolution can add it."""
    for node in list(graph.graph.node):
        squeeze = graph.taker(node.output[0], "Squeeze") if node.op_type == "Conv" else None
        added = graph.taker(squeeze.output[0], "Add") if squeeze else None
        parts = graph.operands(added) if added else None
        if squeeze is None or added is None or parts is None or len(node.input) > 2:
            continue
        weights = graph.constant(node.input[1])
        if weights is None or parts[1].shape != (1, len(weights), 1):
            continue
        node.input.append(graph.add_constant(f"{node.output[0]}/bias", parts[1].reshape(-1)))
        squeeze.output[0] = added.output[0]
        graph.graph.node.remove(added)


def _join_dilations(graph: _Graph) -> None:
    """Every k-th pixel becomes an image of its own, these are convolved and put together, and normalized.

    The convolution with a dilation of k does that without rearranging, the normalization is in its weights.
    """
    for node in list(graph.graph.node):
        weights = graph.constant(node.input[1]) if node.op_type == "Conv" and len(node.input) == 2 else None
        apart = _taken_apart(graph, node)
        together = graph.takers(
            node.output[0], "Transpose", "DepthToSpace", "Slice", "Transpose", "Mul", "Add"
        )
        if weights is None or not apart or not together:
            continue
        scale, shift = (graph.operands(each) for each in together[-2:])
        if scale is None or shift is None:
            continue
        image, dilation = apart
        joined = helper.make_node(
            "Conv",
            [
                image,
                graph.add_constant(
                    f"{node.name}/scaled", np.multiply(weights, scale[1].reshape(-1, 1, 1, 1))
                ),
                graph.add_constant(f"{node.name}/shift", shift[1].reshape(-1)),
            ],
            [together[-1].output[0]],
            node.name,
            kernel_shape=weights.shape[2:],
            dilations=[dilation, dilation],
            pads=2 * [dilation * (side // 2) for side in weights.shape[2:]],
        )
        graph.graph.node[list(graph.graph.node).index(node)].CopyFrom(joined)
        for each in together:
            graph.graph.node.remove(each)


def _taken_apart(graph: _Graph, node: onnx.NodeProto) -> tuple[str, int] | None:
    """Return the image that a convolution takes apart, and into how many rows and columns of images."""
    value, blocks = node.input[0], 0
    for operation in ("Transpose", "SpaceToDepth", "Transpose", "Pad"):
        maker = graph.maker(value, operation)
        if maker is None:
            return None
        if operation == "SpaceToDepth":
            blocks = int(helper.get_node_attr_value(maker, "blocksize"))
        value = maker.input[0]
    return value, blocks


def _drop_unused(graph: _Graph) -> None:
    """Remove nodes and constants that nothing takes any more."""
    uses = graph.uses
    for node in list(reversed(graph.graph.node)):
        if not any(uses[name] for name in node.output):
            uses.subtract(node.input)
            graph.graph.node.remove(node)
    kept = [tensor for tensor in graph.graph.initializer if uses[tensor.name]]
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
