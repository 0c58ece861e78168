"""Hand-made ONNX models whose answer to a drawn image is known, so that no test needs trained weights."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

LINE_HEIGHT, LINE_STEP = 16, 4
WORD_HEIGHT = 32  # of draw_bars, a fourth: a bar is as wide as two frames


def write_artifact(
    folder: Path,
    model: onnx.ModelProto,
    kind: str,
    characters: str,
    decoding: str | None = None,
    **spec: Any,
) -> str:
    """Install `model` as folder / <name> with its manifest; return the name."""
    path = folder / f"tiny_{kind}"
    path.mkdir(parents=True)
    onnx.save(model, path / "model.onnx")
    manifest = {
        "name": path.name,
        "sha256": {"model.onnx": hashlib.sha256((path / "model.onnx").read_bytes()).hexdigest()},
        "vocabulary": characters,
        "input": {"kind": kind, "height": None, "width": None, "downsampling": 1, **spec},
    }
    if decoding is not None:
        manifest["decoding"] = decoding
    (path / "manifest.json").write_text(json.dumps(manifest))
    return path.name


def write_line_artifact(
    folder: Path,
    thresholds: Sequence[float],
    characters: str,
    width: int | None = None,
    decoding: str | None = None,
    kind: str = "line",
) -> str:
    """Install a model: 4 columns are the last character whose threshold their mean ink reaches."""
    height = {"line": LINE_HEIGHT, "word": WORD_HEIGHT}[kind]
    slopes = 40.0 * np.arange(len(thresholds) + 1)
    offsets = -np.cumsum([0.0, *(40.0 * t for t in thresholds)])
    nodes = [
        helper.make_node("Transpose", ["x"], ["nchw"], perm=[0, 3, 1, 2]),
        helper.make_node(
            "AveragePool", ["nchw"], ["means"], kernel_shape=[height, LINE_STEP], strides=[1, LINE_STEP]
        ),
        helper.make_node("Reshape", ["means", "frames"], ["column"]),  # (N, T, 1)
        helper.make_node("MatMul", ["column", "slopes"], ["scaled"]),
        helper.make_node("Add", ["scaled", "offsets"], ["y"]),
    ]
    constants: dict[str, npt.NDArray[Any]] = {
        "frames": np.array([0, -1, 1], np.int64),
        "slopes": slopes[None].astype(np.float32),
        "offsets": offsets.astype(np.float32),
    }
    model = _model(nodes, constants, ["N", height, "W", 1], ["N", "T", len(slopes)])
    return write_artifact(
        folder, model, kind, characters, decoding, height=height, width=width, downsampling=LINE_STEP
    )


def write_word_artifact(folder: Path, width: int | None = None, characters: str = "ab") -> str:
    """Install a word model that reads what `draw_bars` draws, if it has four characters or more."""
    return write_line_artifact(folder, [0.14, 0.4], characters, width, kind="word")


def write_detector_artifact(folder: Path) -> str:
    """Install a line detector: every pixel with more than half of full ink is the kernel of a line."""
    nodes = [
        helper.make_node("MatMul", ["x", "slopes"], ["scaled"]),
        helper.make_node("Add", ["scaled", "offsets"], ["y"]),
    ]
    constants = {
        "slopes": np.array([[0, 2, 0]], np.float32),
        "offsets": np.array([0, -1, -9], np.float32),
    }
    model = _model(nodes, constants, ["N", "H", "W", 1], ["N", "H", "W", 3])
    return write_artifact(folder, model, "paragraph", "", downsampling=8)


def write_character_artifact(folder: Path) -> str:
    """Install a character model: ink in the middle columns is 'l', in the middle rows '-'."""
    masks = np.zeros((28, 28, 2), np.float32)
    masks[:, 12:16, 0] = 1
    masks[12:16, :, 1] = 1
    nodes = [
        helper.make_node("Flatten", ["x"], ["flat"]),
        helper.make_node("MatMul", ["flat", "masks"], ["y"]),
    ]
    model = _model(nodes, {"masks": masks.reshape(784, 2)}, ["N", 28, 28, 1], ["N", 2])
    return write_artifact(folder, model, "character", "l-", height=28, width=28)


def draw_bars(text: str, margin: int = 32) -> npt.NDArray[np.uint8]:
    """Draw a line for `write_line_artifact([0.25, 0.75], "ab")`: b = bar, a = hatched bar."""
    bar = np.zeros((64, 32), np.uint8)
    hatched = np.where(np.arange(64) % 8 < 4, 0, 255).astype(np.uint8)[:, None].repeat(32, axis=1)
    hatched[-4:] = 0
    gap = np.full((64, 32), 255, np.uint8)
    cells = [part for c in text for part in ({"b": bar, "a": hatched, " ": gap}[c], gap)][:-1]
    return np.pad(np.concatenate(cells, axis=1), margin, constant_values=255)


def draw_page(counts: Sequence[int]) -> npt.NDArray[np.uint8]:
    """Draw a page for the detector above: line i has counts[i] bars."""
    page = np.full((120 + 140 * len(counts), 900), 255, np.uint8)
    for row, count in enumerate(counts):
        for column in range(count):
            page[80 + 140 * row : 144 + 140 * row, 60 + 64 * column : 92 + 64 * column] = 10
    return page


def _model(
    nodes: Sequence[onnx.NodeProto],
    constants: dict[str, npt.NDArray[Any]],
    x_shape: Sequence[str | int],
    y_shape: Sequence[str | int],
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x_shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, y_shape)],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
