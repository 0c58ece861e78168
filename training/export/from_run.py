"""Export the best epoch of a run: `python -m training.export.from_run RUN_DIR [--name NAME]`."""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.inference.artifacts import WEIGHTS_DIR
from text_recognizer.models.base import Model
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from training.build import SampleFormat, build_model, load_datasets, validation_of
from training.config import ExperimentConfig
from training.export.install import Provenance, install
from training.export.replacement import check_scores
from training.fitting.callbacks import BEST
from training.fitting.checkpoints import load_checkpoint
from training.runs import CONFIG, METRICS

logger = logging.getLogger(__name__)


def export_run(
    run_dir: Path, name: str | None = None, weights_dir: Path = WEIGHTS_DIR, force: bool = True
) -> Path:
    """Export the best epoch of a training run, finished or not.

    Args:
        run_dir: Folder of the run.
        name: Name of the weights; by default the experiment's.
        weights_dir: Folder of all models.
        force: Whether a model of this name may be replaced that scores better.

    Returns:
        The new folder.

    Raises:
        ArtifactError: If the folder holds no checkpoint, a better model would be replaced, or the export is
            not equal to the Keras network.
        ConfigError: If the folder holds no experiment.
        DataError: If the data set is missing: real samples are part of the proof.
    """
    model, validation, provenance = load_run(run_dir)
    if not force:
        check_scores(provenance, name, model.monitor, model.monitor_mode, weights_dir)
    return install(model.network, provenance, name, validation.images, weights_dir)


def load_run(run_dir: Path) -> tuple[Model, Split, Provenance]:
    """Return the best epoch of a training run in float32, its validation samples, and where it comes from.

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
    dataset, others, data_hash = load_datasets(config)
    # A network trained in mixed precision computes in bfloat16, which ONNX Runtime's CPU kernels do not:
    # the same weights, which are float32 anyhow, go into a float32 network.
    model = build_model(config, SampleFormat.of(dataset), mixed_precision=False)
    row = load_checkpoint(run_dir / BEST, model.network.variables)
    provenance = Provenance(
        model=config.model, dataset=config.dataset, network=config.network,
        kind=model.input_kind, vocabulary=model.vocabulary, downsampling=model.downsampling,
        decoding=model.decoding, normalize=dataset.normalize if isinstance(dataset, LinesDataset) else None,
        experiment=config.to_dict(), commit=_commit_of(run_dir), data_hash=data_hash,
        epoch=int(row["epoch"]),
        scores={key.removeprefix("val_"): value for key, value in row.items() if key.startswith("val_")},
    )  # fmt: skip
    return model, validation_of(config, [dataset, *others]), provenance


def _commit_of(run_dir: Path) -> str:
    """Return the commit that trained the run if it has finished, else the present one."""
    path = run_dir / METRICS
    return str(json.loads(path.read_text(encoding="utf-8"))["commit"]) if path.is_file() else current_commit()


def export_parser(description: str | None) -> argparse.ArgumentParser:
    """Return the parser of a command that exports a run."""
    parser = command_parser(description)
    parser.add_argument("run_dir", type=Path, help="folder of a run, under training/runs/")
    parser.add_argument("--name", help="of the folder of the model; default: MODEL_DATASET_NETWORK")
    parser.add_argument(
        "--weights-dir",
        type=Path,
        default=WEIGHTS_DIR,
        metavar="DIR",
        help="folder of all models; default: text_recognizer/weights",
    )
    parser.add_argument("--force", action="store_true", help="replace a model that scores better, too")
    add_mirror_argument(parser)
    return parser


def _work(options: argparse.Namespace) -> None:
    folder = export_run(options.run_dir, options.name, options.weights_dir, options.force)
    logger.info("Exported to %s", folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and export; returns the exit status."""
    return run_command(export_parser(__doc__), _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
