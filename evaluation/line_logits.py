"""Logits of IAM lines, computed once for each model and kept: what decoding is tuned on."""

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.common import spread
from evaluation.texts import iam_lines, load_iam, load_or_blank
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.preprocessing.lines import line_input
from text_recognizer.tooling.data_root import processed_dir

logger = logging.getLogger(__name__)

Float = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LineLogits:
    """What the network says of one line.

    Attributes:
        id: Of the line.
        text: What it says.
        logits: (T, labels).
    """

    id: str
    text: str
    logits: Float


def line_logits(predictor: LinePredictor, iam: Path, limit: int | None, split: str) -> list[LineLogits]:
    """Return the logits of `limit` lines of a split, spread over it, in half precision as they are kept.

    Args:
        predictor: Whose network to run.
        iam: The IAM folder.
        limit: How many lines; None for all.
        split: `train` or `validation`: decoding is not tuned on test lines.

    Raises:
        DataError: If IAM is missing.
    """
    items = spread(iam_lines(load_iam(iam), split)[0], limit)
    key = "\n".join([predictor.artifact.sha256, *(item.id for item in items)])
    path = processed_dir("line_logits") / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.npz"
    if not path.is_file():
        _write(path, [_logits(predictor, load_or_blank(item)) for item in items])
    with np.load(path) as stored:
        ends = np.cumsum(stored["frames"])[:-1]
        parts = np.split(stored["logits"].astype(np.float32), ends)
    return [LineLogits(item.id, item.text, part) for item, part in zip(items, parts, strict=True)]


def _logits(predictor: LinePredictor, image: npt.NDArray[np.uint8]) -> Float:
    return predictor.predict_logits([network_input(predictor, image)])[0]


def network_input(predictor: LinePredictor, image: npt.NDArray[np.uint8]) -> Float:
    """Return the line (H, W) uint8 as the network of `predictor` takes it, (height, W')."""
    spec = predictor.artifact.input
    assert spec.height is not None
    return line_input(image, spec.height, spec.width, spec.normalize)


def _write(path: Path, logits: list[Float]) -> None:
    logger.info("The logits of %d lines go to %s", len(logits), path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        joined = np.concatenate(logits).astype(np.float16)
        np.savez(file, logits=joined, frames=np.array([len(line) for line in logits]))
    os.replace(part, path)
