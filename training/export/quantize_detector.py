"""Static int8 of a line detector: `python training/export/quantize_detector.py MODEL [--name NAME]`.

As `quantize.py` does it with models of lines. The transposed convolution of the logits is made a convolution
first, see `subpixel.py`. Sums and rectified linear units are rounded as well, so that only the first
convolution works on real numbers. Activations are rounded where their error is least, see `ranges.py`.
text_recognizer/weights/NAME/{model.onnx, manifest.json} is written; `evaluation/evaluate_line_detector.py
--weights NAME` scores it.
"""

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from text_recognizer.arrays import InkImage
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.files import replacing_folder, write_json
from text_recognizer.images.loading import load_image
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import MANIFEST, ONNX, WEIGHTS_DIR, read_manifest
from text_recognizer.inference.session import Session
from text_recognizer.layout.kernels import BORDER
from text_recognizer.preprocessing.pages import paragraph_input
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.data_root import raw_dir
from text_recognizer.tooling.selection import spread
from training.build import load_dataset
from training.config import ExperimentConfig
from training.export.install import keep_card
from training.export.int8 import to_int8
from training.export.quantize import SUFFIX, int8_manifest
from training.export.ranges import least_error_ranges
from training.export.subpixel import SQUARES, SUBPIXEL_BIAS, SUBPIXEL_KERNEL, with_subpixel_logits

_SHARE = 0.05  # of the forms of each split: some dozens of pages tell the ranges
_OPERATIONS = ("Conv", "Add", "Relu")
_EXACT_CONVOLUTIONS = 1  # it sees the ink of the page, and works as fast in float32
_FURTHER_PAGES = 8  # of each further folder
_PAGES_OF_FOLDER = "lines.json"  # split and lines of each page by the name of its image
_MAX_LOGIT = 4.0  # above or below that of the border: a label is as good as certain there

logger = logging.getLogger(__name__)


def quantize_detector(
    name: str,
    new_name: str | None = None,
    share: float = _SHARE,
    weights_dir: Path = WEIGHTS_DIR,
    folders: Sequence[str] = (),
) -> Path:
    """Write the int8 version of a line detector beside it, replacing any of that name but for its card.

    Args:
        name: Model for pages, whose network is `fcn`.
        new_name: Of the int8 model; default: `<name>_int8`.
        share: Of the forms of its data set: those of train tell the ranges of activations, and those of
            validation how often both models see the same.
        weights_dir: Folder of both models.
        folders: Of the mirror, with `lines.json`: some of their training pages tell the ranges as well.

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
    pages = [*dataset.train.images, *(page for folder in folders for page in _training_pages(folder))]
    seen = dataset.validation.images
    if not (len(pages) and len(seen)):
        raise ConfigError(f"A share of {share} of the forms is none of them. Name a larger one.")
    with replacing_folder(weights_dir / new_name) as folder, tempfile.TemporaryDirectory() as scratch:
        prepared = Path(scratch) / "subpixel.onnx"
        model = with_subpixel_logits(onnx.load(source.path))
        compare_with_border(model)
        ranges = {**least_error_ranges(model, pages), SQUARES: (-_MAX_LOGIT, _MAX_LOGIT)}
        onnx.save(model, prepared)
        to_int8(prepared, folder / ONNX, pages, _OPERATIONS, _EXACT_CONVOLUTIONS, False, ranges)
        manifest = int8_manifest(source, new_name, folder / ONNX, calibration_pages=len(pages))
        manifest["quantization"]["further_pages"] = [*folders]
        manifest["quantization"]["same_labels"] = same_labels(source.path, folder / ONNX, seen)
        write_json(folder / MANIFEST, manifest)
        keep_card(weights_dir / new_name, folder)
    return weights_dir / new_name


def _training_pages(folder: str) -> Iterator[InkImage]:
    """Yield some training pages (h, w) of a folder with `lines.json`, as the network sees them.

    Raises:
        DataError: If there is no such folder.
    """
    path = raw_dir(folder) / _PAGES_OF_FOLDER
    if not path.is_file():
        raise DataError(f"There is no {path}. Name a folder of the mirror that has it.")
    described = json.loads(path.read_text(encoding="utf-8"))
    names = sorted(name for name, page in described.items() if page["split"] == "train")
    for name in spread(names, _FURTHER_PAGES):
        yield np.rint(255 * paragraph_input(load_image(path.parent / name))[0]).astype(np.uint8)


def compare_with_border(model: onnx.ModelProto) -> None:
    """Have a model with sub-pixel logits emit by how much each logit is above that of the border, in place.

    The most probable label is the same. Rounded to 8 bits, equal logits would be frequent otherwise, and all
    of them be decided alike: at every border. Now a label is compared with the border by its sign, which
    rounding keeps, once half a step is taken away: what is 0 or more is rounded to 0 or more.
    """
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    labels = int(numpy_helper.to_array(tensors["labels"])[0])
    for name, less in ((SUBPIXEL_KERNEL, 0.0), (SUBPIXEL_BIAS, _MAX_LOGIT / 255)):  # a step is twice as much
        weights = numpy_helper.to_array(tensors[name])
        of_labels = weights.reshape(-1, labels, *weights.shape[1:])
        above = of_labels - of_labels[:, BORDER : BORDER + 1]
        above[:, :BORDER] -= np.float32(less)
        tensors[name].CopyFrom(numpy_helper.from_array(above.reshape(weights.shape), name))


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
    folder = quantize_detector(options.model, options.name, options.share, folders=options.pages)
    logger.info("Written to %s: %s", folder, json.dumps(read_manifest(folder)["quantization"]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and quantize; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("model", help="name of a line detector under text_recognizer/weights")
    parser.add_argument("--name", help=f"folder of the int8 model; default: MODEL{SUFFIX}")
    parser.add_argument(
        "--share", type=float, default=_SHARE, help="of the forms to calibrate on; default: %(default)s"
    )
    parser.add_argument(
        "--pages",
        nargs="+",
        default=[],
        metavar="FOLDER",
        help="folders of the mirror with lines.json, as hand_pages/copiste_2024: calibrate on some of their "
        "training pages, too",
    )
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
