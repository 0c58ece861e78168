"""Between which values an activation is best rounded to 8 bits: those of the least mean squared error.

Rounding between the extremes gives the few largest values of an activation a part of the 256 steps that all
others lack. Banner, Nahshan & Soudry, "Post training 4-bit quantization of convolutional networks for
rapid-deployment", NeurIPS 2019 (arXiv 1810.05723), section 2, cut them off where both errors together
are least. They derive where from a distribution; here it is searched on values of the activation.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import onnx
from onnx import helper

# First of all: it switches ONNX Runtime's telemetry off before the import.
from text_recognizer.inference import session as runtime  # noqa: F401  isort: skip
import onnxruntime

from text_recognizer.arrays import Floats, InkImage
from training.export.onnx_export import INPUT

Range: TypeAlias = tuple[float, float]

_ROUNDED = ("Conv", "Relu", "Add")  # operations whose results are activations to round
_VALUES = 20_000  # of an activation on each image, drawn by chance: together they tell its distribution
_SHARES = np.linspace(0.3, 1, 29)  # of the extremes that are tried
_STEPS = 255  # between the smallest and the largest value of 8 bits
_SEED = 0


def least_error_ranges(model: onnx.ModelProto, images: Sequence[InkImage]) -> Mapping[str, Range]:
    """Return the range of each activation of a model, by its name.

    Args:
        model: It takes float32 (1, H, W, 1) in [0, 1].
        images: (H, W_i), 255 = full ink.
    """
    return {name: least_error_range(values) for name, values in _activations(model, images).items()}


def least_error_range(values: Floats) -> Range:
    """Return the range, with 0 in it, within which rounding values (N,) has the least mean squared error."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    return min(((share * low, share * high) for share in _SHARES), key=lambda tried: _error(values, tried))


def _error(values: Floats, between: Range) -> float:
    """Return the mean squared error of rounding values (N,) in a range to 8 bits."""
    low, high = between
    step = (high - low) / _STEPS or 1.0
    zero = np.rint(-low / step)
    rounded = (np.clip(np.rint(values / step) + zero, 0, _STEPS) - zero) * step
    return float(np.mean((rounded - values) ** 2))


def _activations(model: onnx.ModelProto, images: Sequence[InkImage]) -> Mapping[str, Floats]:
    """Return values (N,) of each activation on some images (H, W_i), by its name."""
    names = [node.output[0] for node in model.graph.node if node.op_type in _ROUNDED]
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    del shown.graph.output[:]
    shown.graph.output.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names
    )
    session = onnxruntime.InferenceSession(shown.SerializeToString(), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(_SEED)
    parts: dict[str, list[Floats]] = {name: [] for name in names}
    for image in images:
        results = session.run(names, {INPUT: (image[None, :, :, None] / 255).astype(np.float32)})
        for name, result in zip(names, results, strict=True):
            parts[name].append(rng.choice(result.ravel(), min(result.size, _VALUES), replace=False))
    return {name: np.concatenate(values) for name, values in parts.items()}
