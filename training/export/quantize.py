"""Static int8 of a line model: `python training/export/quantize.py MODEL [--name NAME]`.

Calibrates on lines of the training split of the model's data set, reads lines of the validation split with
both models in turns, and writes text_recognizer/weights/NAME/{model.onnx, manifest.json}: a model like any
other, which predictors and evaluation take by its name.
"""

import argparse
import hashlib
import json
import logging
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from text_recognizer.datasets.dataset import Split
from text_recognizer.decoding.greedy import best_path
from text_recognizer.errors import ConfigError, TextRecognizerError
from text_recognizer.files import write_json
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import MANIFEST, WEIGHTS_DIR, Artifact
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.data_root import set_mirror
from training.build import load_dataset
from training.config import ExperimentConfig
from training.export.calibration import to_int8
from training.export.export import ONNX, install

SUFFIX = "_int8"

logger = logging.getLogger(__name__)


def quantize(
    name: str,
    new_name: str | None = None,
    calibration_lines: int = 200,
    scored_lines: int | None = None,
    weights_dir: Path = WEIGHTS_DIR,
) -> Path:
    """Write the int8 version of a model beside it, replacing what bears its name.

    Args:
        name: Model for lines whose logits are decoded by CTC.
        new_name: Of the int8 model; default: `<name>_int8`.
        calibration_lines: Lines of the training split, spread over it.
        scored_lines: Lines of the validation split that both models read; default: all.
        weights_dir: Folder of both models.

    Returns:
        The new folder. `scores` of its manifest are its own, `quantization` says what it was compared with.

    Raises:
        ArtifactError: If there is no such model.
        ConfigError: If it does not emit frames for CTC.
        DataError: If its data set is missing.
    """
    source = artifacts.find(name, "line", weights_dir)
    if source.decoding != "ctc":
        raise ConfigError(f"Expected a model whose logits are frames for CTC; received {name!r}.")
    config = ExperimentConfig.from_dict(source.manifest["experiment"])
    dataset = load_dataset(config.dataset, config.dataset_args)
    new_name = new_name or name + SUFFIX
    calibration = _spread(dataset.train, calibration_lines)
    with tempfile.TemporaryDirectory(dir=weights_dir, prefix=".quantize-") as temporary:
        folder = Path(temporary) / new_name
        folder.mkdir()
        to_int8(source.path, folder / ONNX, calibration.images)
        manifest = _manifest(source, new_name, folder / ONNX, len(calibration))
        write_json(folder / MANIFEST, manifest)
        measured = compare(
            LinePredictor(name, weights_dir, threads=1, decoder="greedy"),
            LinePredictor(new_name, Path(temporary), threads=1, decoder="greedy"),
            _spread(dataset.validation, scored_lines),
        )
        manifest["scores"] = {"cer": measured["cer"]}
        manifest["quantization"] |= measured
        write_json(folder / MANIFEST, manifest)
        install(folder, weights_dir / new_name, Path(temporary) / "old")
    return weights_dir / new_name


def compare(exact: LinePredictor, rounded: LinePredictor, lines: Split) -> dict[str, float]:
    """Read lines with two models in turns, one by one, greedily.

    Returns:
        `cer` and `cer_float32`; `lines`; `seconds_ratio`: time of `rounded` over that of `exact`, of the
        networks alone, median over the lines.
    """
    texts: dict[LinePredictor, list[str]] = {exact: [], rounded: []}
    ratios = []
    for image in lines.images:
        line, seconds = (image / 255).astype(np.float32), []
        for predictor, read in texts.items():
            started = time.perf_counter()
            (logits,) = predictor.predict_logits([line])
            seconds.append(time.perf_counter() - started)
            read.append(predictor.vocabulary.decode(best_path(logits)))
        ratios.append(seconds[1] / seconds[0])
    return {
        "cer": character_error_rate(texts[rounded], lines.targets),
        "cer_float32": character_error_rate(texts[exact], lines.targets),
        "lines": len(lines),
        "seconds_ratio": round(float(np.median(ratios)), 3),
    }


def _spread(split: Split, count: int | None) -> Split:
    """Return `count` samples, evenly spread over the split, or all of them."""
    count = len(split) if count is None else min(count, len(split))
    chosen = [index * len(split) // count for index in range(count)]
    return Split(
        [split.ids[i] for i in chosen], [split.images[i] for i in chosen], [split.targets[i] for i in chosen]
    )


def _manifest(source: Artifact, name: str, path: Path, calibration_lines: int) -> dict[str, Any]:
    """Return the manifest of `source` with what is different."""
    kept: Mapping[str, Any] = {
        key: value for key, value in source.manifest.items() if key != "parity_max_difference"
    }
    return {
        **kept,
        "name": name,
        "sha256": {ONNX: hashlib.sha256(path.read_bytes()).hexdigest()},
        "scores": {},
        "quantization": {
            "source": source.name,
            "source_sha256": source.sha256,
            "calibration_lines": calibration_lines,
            "commit": current_commit(),
        },
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and quantize; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", help="name of a model for lines under text_recognizer/weights")
    parser.add_argument("--name", help=f"folder of the int8 model; default: MODEL{SUFFIX}")
    parser.add_argument("--calibration-lines", type=int, default=200, help="default: %(default)s")
    parser.add_argument("--scored-lines", type=int, help="of the validation split; default: all")
    parser.add_argument("--mirror", type=Path, help="folder with the data sets, ready to read")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    if options.mirror:
        set_mirror(options.mirror)
    try:
        folder = quantize(options.model, options.name, options.calibration_lines, options.scored_lines)
    except TextRecognizerError as error:
        logger.error("%s", error)
        return 1
    manifest = artifacts.read_manifest(folder, "quantization")
    logger.info("Written to %s: %s", folder, json.dumps(manifest["quantization"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
