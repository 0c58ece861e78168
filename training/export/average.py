"""Export a run averaged with its start: `python -m training.export.average RUN_DIR [--name NAME]`.

For a run that continued from other weights (`init_from`): weights between those and its best epoch are often
better than both, since they lie in one basin of the loss and err differently. Wortsman et al., "Robust
fine-tuning of zero-shot models", CVPR 2022 (arXiv 2109.01903); "Model soups", ICML 2022 (arXiv 2203.05482).
The share of the start is chosen on the validation split. Use it instead of `from_run.py`, which exports
the best epoch as it is. `python training/run_experiment.py --save --average ...` does it after training.
"""

import argparse
import dataclasses
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from text_recognizer.arrays import Floats
from text_recognizer.datasets.dataset import Split
from text_recognizer.errors import ConfigError
from text_recognizer.inference.artifacts import WEIGHTS, WEIGHTS_DIR
from text_recognizer.models.base import Model
from text_recognizer.tooling.command import run_command
from training.export.from_run import export_parser, load_run
from training.export.install import install
from training.export.replacement import check_scores
from training.exported import exported_model
from training.fitting.initialization import initialize
from training.fitting.mixture import in_memory, usable
from training.weights_file import read_half_weights

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)  # of the start: with more, little of the training is left

logger = logging.getLogger(__name__)


def average_run(
    run_dir: Path,
    name: str | None = None,
    weights_dir: Path = WEIGHTS_DIR,
    starts: Path | None = None,
    force: bool = True,
) -> Path:
    """Export the best epoch of a run, averaged with the weights that the run started from.

    Args:
        run_dir: Folder of the run.
        name: Name of the weights; by default the experiment's.
        weights_dir: Folder of all models.
        starts: Folder in which the start is looked for first; None for `weights_dir`.
        force: Whether a model of this name may be replaced that scores better.

    Returns:
        The new folder; `averaged` of its manifest has the start, its share and every share's metric.

    Raises:
        ArtifactError: If the folder holds no checkpoint, the start is missing or another network's, a
            better model would be replaced, or the export is not equal to the Keras network.
        ConfigError: If the folder holds no experiment, or one that started from random weights.
        DataError: If the data set is missing.
    """
    model, validation, provenance = load_run(run_dir)
    start = provenance.experiment["train_args"]["init_from"]
    if start is None:
        raise ConfigError(f"Expected a run with init_from; received {run_dir}, which started at random.")
    other = exported_model(start, starts or weights_dir)
    trained = _weights(model)
    values = read_half_weights(other.folder / WEIGHTS, model.network, any_labels=True)
    initialize(model.network, model.vocabulary, values, other.vocabulary)
    started = _weights(model)
    scores = _score(model, trained, started, usable(in_memory(validation), model.reject, "validation"))
    sign = 1 if model.monitor_mode == "min" else -1
    share = min(SHARES, key=lambda share: sign * scores[share][model.monitor])
    _assign(model, trained, started, share)
    averaged = {
        "start": start,
        "start_sha256": other.manifest["sha256"],
        "start_share": share,
        model.monitor: {str(share): score[model.monitor] for share, score in scores.items()},
    }
    provenance = dataclasses.replace(provenance, scores=scores[share], averaged=averaged)
    if not force:
        check_scores(provenance, name, model.monitor, model.monitor_mode, weights_dir)
    return install(model.network, provenance, name, validation.images, weights_dir)


def _weights(model: Model) -> list[Floats]:
    """Return a copy of each weight, (...,)."""
    return [np.array(weight, np.float32) for weight in model.network.get_weights()]


def _assign(model: Model, trained: Sequence[Floats], started: Sequence[Floats], share: float) -> None:
    """Set the model's weights to a mean of two sets of weights, (...,) each."""
    pairs = zip(trained, started, strict=True)
    model.network.set_weights([(1 - share) * ours + share * theirs for ours, theirs in pairs])


def _score(
    model: Model, trained: Sequence[Floats], started: Sequence[Floats], validation: Split
) -> Mapping[float, Mapping[str, float]]:
    """Return the metrics of each share of the start; weights are (...,) each."""
    scores = {}
    for share in SHARES:
        _assign(model, trained, started, share)
        scores[share] = model.evaluate(validation.images, validation.targets)
        logger.info("Share %.1f of the start: %s %.4f", share, model.monitor, scores[share][model.monitor])
    return scores


def _work(options: argparse.Namespace) -> None:
    folder = average_run(options.run_dir, options.name, options.weights_dir, options.starts, options.force)
    logger.info("Exported to %s", folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, average and export; returns the exit status."""
    parser = export_parser(__doc__)
    parser.add_argument(
        "--starts",
        type=Path,
        metavar="DIR",
        help="where the start is looked for first; default: --weights-dir",
    )
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
