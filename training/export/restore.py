"""Make the model.onnx of models kept only as weights.h5: `python -m training.export.restore [NAME ...]`.

A model kept in this way lies in git once, in half precision; its ONNX network is twice as large. It is
written beside the models, into `.restored/NAME/`, which git ignores and where `artifacts.find` looks.
"""

import argparse
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from text_recognizer.decoding.config import DECODING
from text_recognizer.files import replacing_folder, sha256_of, write_json
from text_recognizer.inference.artifacts import (
    MANIFEST,
    ONNX,
    RESTORED,
    WEIGHTS,
    WEIGHTS_DIR,
    available,
    read_manifest,
    runnable,
    verify,
)
from text_recognizer.models.base import Model
from text_recognizer.tooling.command import command_parser, run_command
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig
from training.export.install import now
from training.export.onnx_export import to_onnx
from training.export.parity import check_parity
from training.exported import weights_folder
from training.weights_file import read_half_weights

logger = logging.getLogger(__name__)


def restore(name: str, weights_dir: Path = WEIGHTS_DIR) -> Path:
    """Return the folder with the model.onnx of a model, which is made if it is missing or of other weights.

    The manifest is the model's, with the digest of the new file. The tuned decoding is copied: the weights
    differ only by their rounding to half precision.

    Args:
        name: Of the model.
        weights_dir: Folder of the models.

    Raises:
        ArtifactError: If the model is missing, its weights are damaged, or the result is not equal to the
            Keras network.
    """
    folder, restored = weights_dir / name, weights_dir / RESTORED / name
    if (folder / ONNX).is_file():
        return folder
    folder = weights_folder(name, weights_dir)
    manifest = read_manifest(folder, "experiment", "input", "vocabulary", digests=[ONNX, WEIGHTS])
    verify(folder / WEIGHTS, manifest["sha256"][WEIGHTS])
    if _is_of(restored, manifest["sha256"][WEIGHTS]):
        return restored
    model = _rebuilt(manifest, folder / WEIGHTS)
    with replacing_folder(restored) as new:
        to_onnx(model.network, new / ONNX)
        difference = check_parity(model.network, new / ONNX, model.downsampling, (), model.decoding or "ctc")
        digest = sha256_of(new / ONNX)
        made = {"sha256": {**manifest["sha256"], ONNX: digest}, "parity_max_difference": difference}
        write_json(new / MANIFEST, {**manifest, **made, "restored": now()})
        _copy_decoding(folder / DECODING, new / DECODING, manifest["sha256"][ONNX], digest)
    return restored


def _is_of(restored: Path, weights_sha256: str) -> bool:
    """Tell whether a restored model is there and made of the weights with this digest."""
    if not (restored / MANIFEST).is_file() or not (restored / ONNX).is_file():
        return False
    return bool(read_manifest(restored, digests=[WEIGHTS])["sha256"][WEIGHTS] == weights_sha256)


def _rebuilt(manifest: Mapping[str, Any], weights: Path) -> Model:
    """Return the model that a manifest describes, in float32, with the weights in a file."""
    config = ExperimentConfig.from_dict(manifest["experiment"])
    model = build_model(config, SampleFormat.of_manifest(manifest), mixed_precision=False)
    values = read_half_weights(weights, model.network)
    for weight, value in zip(model.network.weights, values, strict=True):
        weight.assign(value)
    return model


def _copy_decoding(source: Path, target: Path, before: str, after: str) -> None:
    """Copy a decoding.json, if it was tuned for the model.onnx with digest `before`, for that of `after`."""
    if not source.is_file():
        return
    content = json.loads(source.read_text(encoding="utf-8"))
    if content["model_sha256"] == before:
        write_json(target, {**content, "model_sha256": after})


def _work(options: argparse.Namespace) -> None:
    names = options.names or [name for name in available(WEIGHTS_DIR) if name not in runnable(WEIGHTS_DIR)]
    for name in names:
        logger.info("%s: %s", name, restore(name) / ONNX)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="models; default: all whose model.onnx is missing"
    )
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
