"""A fine-tuned network -> a model of the user's own, in float32 and, where that reads as well, in int8."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from text_recognizer.datasets.dataset import Split
from text_recognizer.decoding.config import DECODING, DecodingConfig
from text_recognizer.files import write_atomically, write_json
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import CARD, read_manifest
from text_recognizer.models.base import Model
from training.export.install import Provenance, install
from training.export.quantize import SUFFIX, quantize_with
from training.fine_tuning.other_lines import OtherLines

logger = logging.getLogger(__name__)

_MAX_INT8_LOSS = 0.003  # of the character error rate: more is not worth twice the speed
_CALIBRATION_LINES = 60  # for the ranges of activations
_COMPARED_LINES = 100  # read by both models, one by one


def save(
    model: Model,
    provenance: Provenance,
    name: str,
    lines: Split,
    others: OtherLines,
    decoding: DecodingConfig,
    models_dir: Path,
) -> list[str]:
    """Write the model of a name, and its int8 version where that reads the lines as well.

    Args:
        model: In float32.
        provenance: What the manifest says.
        name: Of the model.
        lines: Of the hand, for the proof of the export; for the ranges of activations and the comparison of
            int8 with float32 together with others, because few lines tell little.
        others: Of other hands.
        decoding: How it is decoded.
        models_dir: Folder of the user's models.

    Returns:
        The names of what was written.

    Raises:
        ArtifactError: If the export cannot be made or is not equal to the Keras network.
    """
    folder = install(model.network, provenance, name, lines.images, models_dir)
    _add_decoding(folder, decoding)
    write_atomically(folder / CARD, _card(read_manifest(folder)))
    names = [name]
    source = artifacts.find(name, "line", models_dir)
    seen = _some(lines, others.shown, _CALIBRATION_LINES)
    compared = _some(lines, others.judged, _COMPARED_LINES)
    small = quantize_with(source, name + SUFFIX, seen, compared, models_dir)
    measured = read_manifest(small, "quantization")["quantization"]
    if measured["cer"] > measured["cer_float32"] + _MAX_INT8_LOSS:
        logger.info("In int8 it would read worse (%s): only float32 is kept", json.dumps(measured))
        _remove(small)
        return names
    _add_decoding(small, decoding)
    write_atomically(small / CARD, _card(read_manifest(small)))
    return [*names, small.name]


def _add_decoding(folder: Path, decoding: DecodingConfig) -> None:
    """Write decoding.json for the model.onnx in a folder."""
    digest = read_manifest(folder, digests=[artifacts.ONNX])["sha256"][artifacts.ONNX]
    write_json(folder / DECODING, {**decoding.to_dict(), "model_sha256": digest, "measured": {}})


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _some(first: Split, second: Split, count: int) -> Split:
    """Return the first samples of two splits, as many of each at most."""
    chosen, parts = slice(0, count), (first, second)
    return Split(
        [name for each in parts for name in each.ids[chosen]],
        [image for each in parts for image in each.images[chosen]],
        [text for each in parts for text in each.targets[chosen]],
    )


def _card(manifest: Mapping[str, Any]) -> str:
    """Return a model card."""
    tuned = manifest["fine_tuned"]
    return (
        f"# {manifest['name']}\n\n"
        f"Fine-tuned from {tuned['base']} on {tuned['lines']} lines of {', '.join(tuned['folders'])}.\n\n"
        f"| CER | before | after |\n|---|---|---|\n"
        f"| {tuned['judged']} lines that it did not learn from | {_percent(tuned['before'])} | "
        f"{_percent(tuned['after'])} |\n"
        f"| {tuned['others']} | {_percent(tuned['others_before'])} | {_percent(tuned['others_after'])} |\n\n"
        f"{len(manifest['vocabulary'])} characters. Use it: `text-recognizer recognize --weights "
        f"{manifest['name']} page.jpg`.\n"
    )


def _percent(rate: float | None) -> str:
    return "not measured" if rate is None else f"{100 * rate:.1f} %"
