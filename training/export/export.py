"""Export the best epoch of a run: `python training/export/export.py RUN_DIR [--name NAME]`.

Writes model.onnx (proved equal to the Keras network), weights.h5 (half precision) and manifest.json into a
temporary folder and then puts that in place of text_recognizer/weights/NAME/.
"""

import argparse
import dataclasses
import hashlib
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras

from text_recognizer.datasets.dataset import Dataset
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.errors import ArtifactError, ConfigError, TextRecognizerError
from text_recognizer.files import write_json
from text_recognizer.inference.artifacts import CARD, MANIFEST, WEIGHTS_DIR, Decoding
from text_recognizer.models.base import Model
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.data_root import set_mirror
from training.build import build_model, load_datasets
from training.config import ExperimentConfig
from training.export.onnx_export import to_onnx
from training.export.parity import Gray, check_parity
from training.fitting.callbacks import BEST
from training.fitting.checkpoints import load_checkpoint
from training.run_folder import CONFIG, METRICS
from training.weights_file import WEIGHTS, save_half_weights

ONNX = "model.onnx"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Provenance:
    """What the manifest says about a network beside its files.

    Attributes:
        model: Name of the job.
        dataset: Name of the data set.
        network: Name of the network.
        kind: `character`, `line` or `paragraph`.
        vocabulary: Characters of the labels, without the blank; empty for detectors.
        downsampling: See `text_recognizer.inference.artifacts.InputSpec`.
        decoding: Of lines, see `text_recognizer.inference.artifacts.Artifact`; None elsewhere.
        experiment: The experiment as JSON takes it.
        commit: Of the code that trained it.
        data_hash: Of the data it was trained on.
        epoch: The exported epoch, counted from 1.
        scores: Its metrics on the validation split.
        normalize: Of lines: whether they were normalized, see `InputSpec`; None elsewhere.
        averaged: What its weights were averaged with, see `training.export.average`; None if they were not.
    """

    model: str
    dataset: str
    network: str
    kind: str
    vocabulary: str
    downsampling: int
    experiment: Mapping[str, Any]
    commit: str
    data_hash: str
    epoch: int
    scores: Mapping[str, float]
    decoding: Decoding | None = None
    normalize: bool | None = None
    averaged: Mapping[str, Any] | None = None


def export(
    network: keras.Model,
    provenance: Provenance,
    name: str | None = None,
    samples: Sequence[Gray] = (),
    weights_dir: Path = WEIGHTS_DIR,
) -> Path:
    """Write a network as `weights_dir/<name>/`, replacing what was there; if it fails, nothing changes.

    The model card is kept: people write it.

    Args:
        network: Float32 Keras network.
        provenance: Where it comes from.
        name: Of the folder; by default `<Model>_<Dataset>_<network>`.
        samples: Real images (H, W_i) uint8, 255 = full ink, to compare Keras and ONNX on.
        weights_dir: Folder of all models.

    Returns:
        The new folder.

    Raises:
        ArtifactError: If the export cannot be made or is not equal to the Keras network.
    """
    name = name or f"{provenance.model}_{provenance.dataset}_{provenance.network}"
    weights_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=weights_dir, prefix=".export-") as temporary:
        folder = Path(temporary) / "new"
        folder.mkdir()
        to_onnx(network, folder / ONNX)
        difference = check_parity(
            network, folder / ONNX, provenance.downsampling, samples, provenance.decoding or "ctc"
        )
        save_half_weights(network, folder / WEIGHTS)
        write_json(folder / MANIFEST, _manifest(network, provenance, name, difference, folder))
        if (card := weights_dir / name / CARD).is_file():
            shutil.copy(card, folder)
            logger.warning("%s is still that of the former weights: bring it up to date.", card)
        install(folder, weights_dir / name, Path(temporary) / "old")
    return weights_dir / name


def _manifest(
    network: keras.Model, provenance: Provenance, name: str, difference: float, folder: Path
) -> dict[str, Any]:
    _, height, width, _ = network.input_shape
    fields = {field.name: getattr(provenance, field.name) for field in dataclasses.fields(provenance)}
    spec = {key: fields.pop(key) for key in ("kind", "downsampling")} | {"height": height, "width": width}
    if (normalize := fields.pop("normalize")) is not None:
        spec["normalize"] = normalize
    return {
        "name": name,
        **fields,
        "input": spec,
        "sha256": {
            file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in (ONNX, WEIGHTS)
        },
        "parameters": network.count_params(),
        "parity_max_difference": difference,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def install(new: Path, target: Path, old: Path) -> None:
    """Swap folders by renaming: a reader finds the old model or the new one, or for an instant none."""
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


def export_run(run_dir: Path, name: str | None = None, weights_dir: Path = WEIGHTS_DIR) -> Path:
    """Export the best epoch of a training run, finished or not.

    Args:
        run_dir: Folder of the run.
        name: Name of the weights; by default the experiment's.
        weights_dir: Folder of all models.

    Returns:
        The new folder.

    Raises:
        ArtifactError: If the folder holds no checkpoint, or the export is not equal to the Keras network.
        ConfigError: If the folder holds no experiment.
        DataError: If the data set is missing: real samples are part of the proof.
    """
    model, dataset, provenance = load_run(run_dir)
    return export(model.network, provenance, name, dataset.validation.images, weights_dir)


def load_run(run_dir: Path) -> tuple[Model, Dataset, Provenance]:
    """Return the best epoch of a training run in float32, its data set, and where it comes from.

    Raises:
        ArtifactError: If the folder holds no checkpoint.
        ConfigError: If it holds no experiment.
        DataError: If the data set is missing.
    """
    if not (run_dir / CONFIG).is_file():
        raise ConfigError(
            f"Expected the folder of a run with {CONFIG}; received {run_dir}. See training/runs/."
        )
    if not (run_dir / BEST).is_file():
        raise ArtifactError(
            f"Expected a checkpoint {BEST} in {run_dir}; found none. Let an epoch finish first."
        )
    config = ExperimentConfig.from_text(str(run_dir / CONFIG))
    dataset, _, data_hash = load_datasets(config)
    # A network trained in mixed precision computes in bfloat16, which ONNX Runtime's CPU kernels do not:
    # the same weights, which are float32 anyhow, go into a float32 network.
    train_args = dataclasses.replace(config.train_args, mixed_precision=False)
    model = build_model(
        dataclasses.replace(config, train_args=train_args), dataset.input_shape, dataset.output_shape
    )
    row = load_checkpoint(run_dir / BEST, model.network.variables)
    provenance = Provenance(
        model=config.model, dataset=config.dataset, network=config.network,
        kind=model.input_kind, vocabulary=model.vocabulary, downsampling=model.downsampling,
        decoding=model.decoding, normalize=dataset.normalize if isinstance(dataset, LinesDataset) else None,
        experiment=config.to_dict(), commit=_commit_of(run_dir), data_hash=data_hash,
        epoch=int(row["epoch"]),
        scores={key.removeprefix("val_"): value for key, value in row.items() if key.startswith("val_")},
    )  # fmt: skip
    return model, dataset, provenance


def _commit_of(run_dir: Path) -> str:
    """Return the commit that trained the run if it has finished, else the present one."""
    path = run_dir / METRICS
    return str(json.loads(path.read_text(encoding="utf-8"))["commit"]) if path.is_file() else current_commit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and export; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run_dir", type=Path, help="folder of a run, under training/runs/")
    parser.add_argument("--name", help="folder under text_recognizer/weights; default: Model_Dataset_network")
    parser.add_argument("--mirror", type=Path, help="folder with the data sets, ready to read")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    if options.mirror:
        set_mirror(options.mirror)
    try:
        logger.info("Exported to %s", export_run(options.run_dir, options.name))
    except TextRecognizerError as error:
        logger.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
