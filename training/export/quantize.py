"""Static int8 of a model of lines or words: `python training/export/quantize.py MODEL [--name NAME]`.

Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference",
CVPR 2018 (arXiv 1712.05877), applied after training: weights are rounded per channel, activations by their
ranges on images of the training split of the model's data set. Then both models read the validation split,
image by image alternating, and text_recognizer/weights/NAME/{model.onnx, manifest.json} is written: a model
like any other, which predictors and evaluation take by its name.
"""

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from text_recognizer.arrays import InkMap, Logits
from text_recognizer.datasets.dataset import Split
from text_recognizer.decoding.greedy import best_path
from text_recognizer.errors import ConfigError
from text_recognizer.files import replacing_folder, sha256_of, write_json
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import MANIFEST, ONNX, WEIGHTS_DIR, Artifact, Kind, read_manifest
from text_recognizer.inference.session import Session
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.metrics.words import normalized_edit_similarity, word_accuracy
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.selection import spread
from text_recognizer.vocabulary import Vocabulary
from training.build import load_dataset
from training.config import ExperimentConfig
from training.export.install import keep_card, now
from training.export.int8 import to_int8
from training.export.restore import restore

SUFFIX = "_int8"

_NOT_OF_INT8 = {"parity_max_difference", "restored"}  # fields of the manifest that the int8 model lacks

_METRICS: Mapping[Kind, Mapping[str, Callable[[Sequence[str], Sequence[str]], float]]] = {
    "line": {"cer": character_error_rate},
    "word": {
        "word_accuracy": word_accuracy,
        "one_minus_ned": normalized_edit_similarity,
        "cer": character_error_rate,
    },
}

logger = logging.getLogger(__name__)


def quantize(
    name: str,
    new_name: str | None = None,
    calibration_lines: int = 200,
    scored_lines: int | None = None,
    weights_dir: Path = WEIGHTS_DIR,
) -> Path:
    """Write the int8 version of a model beside it, replacing any of that name but for its model card.

    Args:
        name: Model of lines or words whose logits are decoded by CTC.
        new_name: Of the int8 model; default: `<name>_int8`.
        calibration_lines: Lines or words of the training split, spread over it.
        scored_lines: Lines or words of the validation split that both models read; default: all.
        weights_dir: Folder of both models.

    Returns:
        The new folder. `scores` of its manifest are its own, `quantization` says what it was compared with.

    Raises:
        ArtifactError: If the model is missing.
        ConfigError: If it does not emit frames for CTC.
        DataError: If its data set is missing.
    """
    manifest = read_manifest(restore(name, weights_dir), "input")
    kind: Kind = "word" if manifest["input"].get("kind") == "word" else "line"
    source = artifacts.find(name, kind, weights_dir)
    if source.decoding != "ctc":
        raise ConfigError(f"Expected a model whose logits are frames for CTC; received {name!r}.")
    config = ExperimentConfig.from_dict(source.manifest["experiment"])
    dataset = load_dataset(config.dataset, config.dataset_args)
    return quantize_with(
        source, new_name or name + SUFFIX, _spread(dataset.train, calibration_lines),
        _spread(dataset.validation, scored_lines), weights_dir,
    )  # fmt: skip


def quantize_with(source: Artifact, new_name: str, samples: Split, scored: Split, weights_dir: Path) -> Path:
    """Write the int8 version of a model by given images, as `quantize` does by those of its data set.

    Args:
        source: The model.
        new_name: Of the int8 model.
        samples: Images for the ranges of activations.
        scored: Images that both models read, with their texts.
        weights_dir: Folder of both models.
    """
    kind = source.input.kind
    with replacing_folder(weights_dir / new_name) as folder:
        to_int8(source.path, folder / ONNX, samples.images)
        manifest = int8_manifest(source, new_name, folder / ONNX, calibration_lines=len(samples))
        write_json(folder / MANIFEST, manifest)
        rounded = artifacts.find(folder.name, kind, folder.parent)
        measured = compare(source, rounded, scored)
        manifest["scores"] = {metric: measured[metric] for metric in _METRICS[kind]}
        manifest["quantization"] |= measured
        write_json(folder / MANIFEST, manifest)
        keep_card(weights_dir / new_name, folder)
    return weights_dir / new_name


def compare(exact: Artifact, rounded: Artifact, samples: Split) -> dict[str, float]:
    """Read images with two models alternating, one by one, greedily.

    Returns:
        Each metric of `rounded` and, with `_float32` behind its name, of `exact`; `lines`, the number of
        images; `seconds_ratio`: time of `rounded` over that of `exact`, of the networks only, median over
        the images.
    """
    vocabulary = Vocabulary(exact.characters)
    readers = [_network(exact), _network(rounded)]
    texts: list[list[str]] = [[], []]
    ratios = []
    for image in samples.images:
        ink, seconds = (image / 255).astype(np.float32), []
        for network, read in zip(readers, texts, strict=True):
            started = time.perf_counter()
            logits = network(ink)
            seconds.append(time.perf_counter() - started)
            read.append(vocabulary.decode(best_path(logits)))
        ratios.append(seconds[1] / seconds[0])
    scores: dict[str, float] = {}
    for name, metric in _METRICS[exact.input.kind].items():
        scores |= {
            name: metric(texts[1], samples.targets),
            f"{name}_float32": metric(texts[0], samples.targets),
        }
    return {**scores, "lines": len(samples), "seconds_ratio": round(float(np.median(ratios)), 3)}


def _network(artifact: Artifact) -> Callable[[InkMap], Logits]:
    """Return the function from an input (H, W) of a model to its logits, on one thread."""
    if artifact.input.kind == "line":  # a predictor of lines adds paper around them, which changes the logits
        weights_dir = artifact.path.parents[1]
        predictor = LinePredictor(artifact.name, weights_dir, threads=1, decoder="greedy")
        return lambda ink: predictor.predict_logits([ink])[0]
    session = Session(artifact.path, threads=1)
    return lambda ink: session.run(ink[None, :, :, None])[0]


def _spread(split: Split, count: int | None) -> Split:
    """Return `count` samples, evenly spread over the split, or all of them."""
    chosen = spread(range(len(split)), count)
    return Split(
        [split.ids[i] for i in chosen], [split.images[i] for i in chosen], [split.targets[i] for i in chosen]
    )


def int8_manifest(source: Artifact, name: str, path: Path, **calibrated_on: int) -> dict[str, Any]:
    """Return the manifest of `source`, with the fields that differ for its int8 version at `path`."""
    kept: Mapping[str, Any] = {
        key: value for key, value in source.manifest.items() if key not in _NOT_OF_INT8
    }
    return {
        **kept,
        "name": name,
        "sha256": {ONNX: sha256_of(path)},
        "scores": {},
        "quantization": {
            "source": source.name,
            "source_sha256": source.sha256,
            **calibrated_on,
            "commit": current_commit(),
        },
        "created": now(),
    }


def _work(options: argparse.Namespace) -> None:
    folder = quantize(options.model, options.name, options.calibration_lines, options.scored_lines)
    logger.info("Written to %s: %s", folder, json.dumps(read_manifest(folder)["quantization"]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and quantize; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("model", help="name of a model of lines or words under text_recognizer/weights")
    parser.add_argument("--name", help=f"folder of the int8 model; default: MODEL{SUFFIX}")
    parser.add_argument(
        "--calibration-lines", type=int, default=200, help="lines or words; default: %(default)s"
    )
    parser.add_argument("--scored-lines", type=int, help="of the validation split; default: all")
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
