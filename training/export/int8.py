"""ONNX file with float32 weights -> one whose convolutions and products work on 8 bits (QDQ format)."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx

# First of all: it switches ONNX Runtime's telemetry off before the import.
from text_recognizer.inference import session as runtime  # noqa: F401  isort: skip
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from text_recognizer.arrays import Batch, InkImage
from training.export.onnx_export import INPUT
from training.export.ranges import Range

# Nearly all of the work; sums, norms and LSTMs stay in float32.
_PRODUCTS = ("Conv", "MatMul", "Gemm")

# A convolution is rounded behind its rectified linear unit, which ONNX Runtime then does in 8 bits with it:
# rounded before it, its result would be converted to real numbers and back.
_OPERATIONS = (*_PRODUCTS, "Relu")

# What they give is not rounded: a bias is added to it in float32, so that it would be converted for nothing.
_EXACT_RESULTS = ["MatMul", "Gemm"]

# Convolutions at the beginning that stay in float32: few channels with large outliers, most of the damage.
# Mean Kullback-Leibler divergence of a frame's labels from those of float32, for the production network after
# its fifth stage on IAM validation: 0.008 with one, 0.004 with two, 0.003 with three. The third one is the
# largest of all, and if it is not in int8, ONNX Runtime does the max-pooling behind it in a kernel for 8 bits
# that is not vectorized: on one thread 13.6 ms for a line of 1,024 columns instead of 8.7.
_EXACT_CONVOLUTIONS = 2


class ActivationSamples(CalibrationDataReader):
    """Hands images out one by one, as ONNX Runtime asks for them to measure the ranges of activations.

    ```python
    import numpy as np

    from training.export.int8 import ActivationSamples

    samples = ActivationSamples([np.zeros((64, 200), np.uint8)])
    print(samples.get_next()["image"].shape, samples.get_next())
    ```
    """

    def __init__(self, images: Sequence[InkImage]) -> None:
        """Prepare an input of the network, (1, H, W_i, 1), from each image (H, W_i), 255 = full ink."""
        self._inputs: Iterator[dict[str, Batch]] = (
            {INPUT: (image[None, :, :, None] / 255).astype(np.float32)} for image in images
        )

    def get_next(self) -> dict[str, Batch] | None:
        """Return the next input of the network, None after the last."""
        return next(self._inputs, None)


def to_int8(
    source: Path,
    target: Path,
    images: Sequence[InkImage],
    operations: Sequence[str] = _OPERATIONS,
    exact_convolutions: int = _EXACT_CONVOLUTIONS,
    exact_logits: bool = True,
    ranges: Mapping[str, Range] | None = None,
) -> None:
    """Write the network in `source` with int8 convolutions and products (QDQ format).

    Weights have 7 bits: with 8, CPUs without VNNI overflow when they add up two products in 16 bits, and
    would read other texts than those with it.

    Args:
        source: ONNX file with float32 weights.
        target: The file to write.
        images: Calibration images (H, W_i), 255 = full ink.
        operations: What is done in int8.
        exact_convolutions: How many at the beginning stay in float32.
        exact_logits: Whether the layer of the logits does, too.
        ranges: Between which values tensors are rounded, by their names; what is outside becomes the nearest
            of them. Others are rounded between the extremes that they have on the images.
    """
    options = {
        "OpTypesToExcludeOutputQuantization": _EXACT_RESULTS,
        "TensorQuantOverrides": {
            name: [{"rmin": np.float32(low), "rmax": np.float32(high)}]
            for name, (low, high) in (ranges or {}).items()
        },
    }
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            target,
            ActivationSamples(images),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=[*operations],
            nodes_to_exclude=_exact_nodes(onnx.load(prepared), exact_convolutions, exact_logits),
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            extra_options=options,
        )


def _exact_nodes(model: onnx.ModelProto, convolutions: int, logits: bool) -> list[str]:
    """Return the names of the nodes that stay in float32; the last product makes the logits."""
    products = [node for node in model.graph.node if node.op_type in _PRODUCTS]
    first = [node for node in products if node.op_type == "Conv"][:convolutions]
    return [str(node.name) for node in (*first, *(products[-1:] if logits else ()))]
