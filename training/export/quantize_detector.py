"""Static int8 of a line detector: `python training/export/quantize_detector.py MODEL [--name NAME]`.

As `quantize.py` does it with models of lines. The transposed convolution of the logits is made a convolution
first, see `subpixel.py`. Sums and rectified linear units are rounded as well, so that only the first
convolution works on real numbers. text_recognizer/weights/NAME/{model.onnx, manifest.json} is written;
`evaluation/evaluate_line_detector.py --weights NAME` scores it.
"""

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx

from text_recognizer.arrays import InkImage
from text_recognizer.errors import ConfigError
from text_recognizer.files import replacing_folder, write_json
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import MANIFEST, ONNX, WEIGHTS_DIR, read_manifest
from text_recognizer.inference.session import Session
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from training.build import load_dataset
from training.config import ExperimentConfig
from training.export.install import keep_card
from training.export.quantize import SUFFIX, int8_manifest, to_int8
from training.export.subpixel import with_subpixel_logits

_SHARE = 0.02  # of the forms of each split: a dozen pages tell the ranges, more make them wider
_OPERATIONS = ("Conv", "Add", "Relu")
_EXACT_CONVOLUTIONS = 1  # it sees the ink of the page, and works as fast in float32

logger = logging.getLogger(__name__)


def quantize_detector(
    name: str, new_name: str | None = None, share: float = _SHARE, weights_dir: Path = WEIGHTS_DIR
) -> Path:
    """Write the int8 version of a line detector beside it, replacing any of that name but for its card.

    Args:
        name: Model for pages, whose network is `fcn`.
        new_name: Of the int8 model; default: `<name>_int8`.
        share: Of the forms of its data set: those of train tell the ranges of activations, and those of
            validation how often both models see the same.
        weights_dir: Folder of both models.

    Returns:
        The new folder. `quantization` of its manifest says on which share of pixels both agree.

    Raises:
        ArtifactError: If the model is missing.
        ConfigError: If its network has another layer of logits.
        DataError: If its data set is missing.
    """
    source, new_name = artifacts.find(name, "paragraph", weights_dir), new_name or name + SUFFIX
    config = ExperimentConfig.from_dict(source.manifest["experiment"])
    part = {"num_synthetic": 0, "subsample_fraction": share}
    dataset = load_dataset(config.dataset, {**config.dataset_args, **part})
    pages, seen = dataset.train.images, dataset.validation.images
    if not (len(pages) and len(seen)):
        raise ConfigError(f"A share of {share} of the forms is none of them. Name a larger one.")
    with replacing_folder(weights_dir / new_name) as folder, tempfile.TemporaryDirectory() as scratch:
        prepared = Path(scratch) / "subpixel.onnx"
        onnx.save(with_subpixel_logits(onnx.load(source.path)), prepared)
        to_int8(prepared, folder / ONNX, pages, _OPERATIONS, _EXACT_CONVOLUTIONS, exact_logits=False)
        manifest = int8_manifest(source, new_name, folder / ONNX, calibration_pages=len(pages))
        manifest["quantization"]["same_labels"] = same_labels(source.path, folder / ONNX, seen)
        write_json(folder / MANIFEST, manifest)
        keep_card(weights_dir / new_name, folder)
    return weights_dir / new_name


def same_labels(exact: Path, rounded: Path, pages: Sequence[InkImage]) -> float:
    """Return the share of the pixels of pages (h, w) for which two models find the same label."""
    sessions = [Session(path, threads=1) for path in (exact, rounded)]
    same = total = 0
    for page in pages:
        batch = (page[None, :, :, None] / 255).astype(np.float32)
        one, other = (session.run(batch).argmax(axis=3) for session in sessions)
        same, total = same + int(np.count_nonzero(one == other)), total + one.size
    return same / total


def _work(options: argparse.Namespace) -> None:
    folder = quantize_detector(options.model, options.name, options.share)
    logger.info("Written to %s: %s", folder, json.dumps(read_manifest(folder)["quantization"]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and quantize; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("model", help="name of a line detector under text_recognizer/weights")
    parser.add_argument("--name", help=f"folder of the int8 model; default: MODEL{SUFFIX}")
    parser.add_argument(
        "--share", type=float, default=_SHARE, help="of the forms to calibrate on; default: %(default)s"
    )
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
