from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import pytest

from text_recognizer.decoding.greedy import best_path
from text_recognizer.errors import ArtifactError
from text_recognizer.inference.session import Session
from training.export.onnx_export import to_onnx

pytestmark = pytest.mark.xdist_group("exported")  # in one process, which exports it once


@pytest.mark.parametrize(("count", "width"), [(1, 5), (1, 64), (4, 127), (2, 900)])
def test_export_computes_what_keras_computes(
    exported: Path, line_network: keras.Model, count: int, width: int
) -> None:
    batch = np.random.default_rng(width).random((count, 16, width, 1)).astype(np.float32)
    expected, received = line_network.predict_on_batch(batch), Session(exported / "model.onnx").run(batch)
    assert received.shape == (count, -(-width // 4), 80)
    np.testing.assert_allclose(received, expected, atol=1e-5)
    assert [best_path(row) for row in received] == [best_path(row) for row in expected]


def test_export_has_one_named_input_and_output_with_free_batch_and_width(exported: Path) -> None:
    graph = onnx.load(exported / "model.onnx").graph

    def axes(value: Any) -> list[Any]:
        return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]

    assert [(v.name, axes(v)) for v in graph.input] == [("image", ["batch", 16, "width", 1])]
    assert [(v.name, axes(v)) for v in graph.output] == [("logits", ["batch", "frames", 80])]


def test_networks_in_mixed_precision_are_refused(tmp_path: Path) -> None:
    network = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(1, 3, dtype="mixed_bfloat16")])
    with pytest.raises(ArtifactError, match="float32"):
        to_onnx(network, tmp_path / "model.onnx")
