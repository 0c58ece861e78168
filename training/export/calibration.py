"""Static int8 of an ONNX network: weights per channel, activations by what calibration images make of them.

Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference",
CVPR 2018 (arXiv 1712.05877); rounding after training, without training on.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx

# First of all: it switches ONNX Runtime's telemetry off before the import.
from text_recognizer.inference import session as runtime  # noqa: F401  isort: skip
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from training.export.onnx_export import INPUT

Float = npt.NDArray[np.float32]
Gray = npt.NDArray[np.uint8]

# Nearly all of the work; sums, norms and LSTMs stay in float32.
_OPERATIONS = ["Conv", "MatMul", "Gemm"]

# Convolutions at the beginning that are left alone: few channels with large outliers, most of the damage.
# Mean Kullback-Leibler divergence of a frame's labels from those of float32, for the production network after
# its fifth stage on IAM validation: 0.008 with one, 0.004 with two, 0.003 with three. The third one is the
# largest of all, and if it is not in int8, ONNX Runtime does the max-pooling behind it in a kernel for 8 bits
# that is not vectorized: on one thread 13.6 ms for a line of 1,024 columns instead of 8.7.
_EXACT_CONVOLUTIONS = 2


class CalibrationLines(CalibrationDataReader):
    """Hands images out one by one, as ONNX Runtime asks for them."""

    def __init__(self, images: Sequence[Gray]) -> None:
        """Take images (H, W_i), 255 = full ink."""
        self._inputs: Iterator[dict[str, Float]] = (
            {INPUT: (image[None, :, :, None] / 255).astype(np.float32)} for image in images
        )

    def get_next(self) -> dict[str, Float] | None:
        """Return the next input of the network, None after the last."""
        return next(self._inputs, None)


def to_int8(source: Path, target: Path, images: Sequence[Gray]) -> None:
    """Write the network in `source` with int8 convolutions and products (QDQ format).

    The first convolutions stay in float32, and so does the layer of the logits. Weights have 7 bits: with 8,
    CPUs without VNNI overflow when they add up two products in 16 bits, and would read other texts than those
    with it.

    Args:
        source: ONNX file with float32 weights.
        target: The file to write.
        images: Calibration images (H, W_i), 255 = full ink.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            target,
            CalibrationLines(images),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=_OPERATIONS,
            nodes_to_exclude=_exact_nodes(onnx.load(prepared)),
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )


def _exact_nodes(model: onnx.ModelProto) -> list[str]:
    """Return the names of the nodes that stay in float32; the last product makes the logits."""
    products = [node for node in model.graph.node if node.op_type in _OPERATIONS]
    first = [node for node in products if node.op_type == "Conv"][:_EXACT_CONVOLUTIONS]
    return [str(node.name) for node in (*first, products[-1])]
