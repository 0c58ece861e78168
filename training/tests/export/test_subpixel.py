"""A transposed convolution and the convolution that it becomes emit the same, for any stride."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from text_recognizer.arrays import Batch, Floats
from text_recognizer.errors import ConfigError
from text_recognizer.inference.session import Session
from training.export.subpixel import subpixel_kernel, with_subpixel_logits


def detector(stride: int, labels: int = 3, size: int | None = None) -> onnx.ModelProto:
    """Returns a network that reduces pages by a stride, and enlarges what it sees to logits."""
    rng = np.random.default_rng(stride)
    size = size or 2 * stride
    weights = {
        "kernel": rng.normal(size=(5, 1, stride, stride)),
        "kernel_of_logits": rng.normal(size=(5, labels, size, size)),
        "bias": rng.normal(size=labels),
    }
    cropped = (size - stride) // 2
    nodes = [
        helper.make_node("Transpose", ["image"], ["page"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["page", "kernel"], ["features"], strides=[stride, stride]),
        helper.make_node(
            "ConvTranspose", ["features", "kernel_of_logits", "bias"], ["enlarged"],
            kernel_shape=[size, size], strides=[stride, stride], pads=[cropped] * 4,
        ),
        helper.make_node("Transpose", ["enlarged"], ["logits"], perm=[0, 2, 3, 1]),
    ]  # fmt: skip
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, "h", "w", 1])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, "h", "w", labels])
    tensors = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "detector", [image], [logits], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def logits_of(model: onnx.ModelProto, path: Path, pages: Batch) -> Floats:
    """Returns what a model makes of pages (1, h, w, 1)."""
    onnx.save(model, path)
    return Session(path, threads=1).run(pages)


@pytest.mark.parametrize("stride", [2, 4])
def test_logits_are_the_same(stride: int, tmp_path: Path) -> None:
    page = np.random.default_rng(0).random((1, 24, 40, 1)).astype(np.float32)
    model = detector(stride)
    expected = logits_of(model, tmp_path / "a.onnx", page)
    changed = with_subpixel_logits(model)
    assert {"ConvTranspose"}.isdisjoint(node.op_type for node in changed.graph.node)
    received = logits_of(changed, tmp_path / "b.onnx", page)
    assert received.shape == (1, 24, 40, 3)
    np.testing.assert_allclose(received, expected, atol=1e-5)


def test_each_weight_is_used_once() -> None:
    kernel = np.arange(1, 2 * 3 * 8 * 8 + 1, dtype=np.float32).reshape(2, 3, 8, 8)
    made = np.asarray(subpixel_kernel(kernel), np.float32)
    assert made.shape == (48, 2, 3, 3)
    assert sorted(made[made > 0].tolist()) == sorted(kernel.ravel().tolist())


def test_other_layers_of_logits_are_named() -> None:
    for model in (detector(4, size=4), detector(3)):
        with pytest.raises(ConfigError, match="no transposed convolution"):
            with_subpixel_logits(model)
