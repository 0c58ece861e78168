"""Wires data sets, a network and a model, and trains them: the one place that knows all three."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.datasets.files.hashes import hash_of_parts
from text_recognizer.files import write_json
from text_recognizer.inference.artifacts import WEIGHTS_DIR
from text_recognizer.models.base import Model
from training.build import SampleFormat, build_datasets, build_model, load, validation_of
from training.config import ExperimentConfig
from training.fitting.batches import Batches
from training.fitting.checkpoints import saving
from training.fitting.fit_run import fit_run
from training.fitting.mixture import in_memory, mix, usable
from training.fitting.shards import Shards, undistributed
from training.fitting.teachers import build_training
from training.runs import CONFIG, METRICS, check_resumable
from training.session.record import Session, add_session

logger = logging.getLogger(__name__)


def run(
    config: ExperimentConfig,
    run_dir: Path,
    resume: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    weights_dir: Path = WEIGHTS_DIR,
) -> dict[str, Any]:
    """Train one experiment without stages and leave everything about it in `run_dir`.

    Args:
        config: What to train.
        run_dir: Folder of the run; gets config.json, environment.json, history.csv, last.npz, best.npz,
            metrics.json and logs/.
        resume: Whether to continue from `run_dir`'s last checkpoint, if there is one.
        callbacks: Of Keras, beside those that every run has; their logs hold the validation metrics too.
        weights_dir: Folder in which `init_from` and teachers are looked for before the shipped models.

    Returns:
        What metrics.json holds: the best epoch by the validation metric, data hash, commit, hardware.

    Raises:
        ConfigError: If a name or an argument of the configuration is unknown or unfit, or a run would be
            resumed with values that it cannot change; all this before data is loaded.
        ArtifactError: If the weights to start from or a teacher are missing or do not fit.
        DataError: If raw data is missing, or a split has no usable sample.
        TrainingError: If a step fails or the loss is no number.
    """
    if resume and (run_dir / CONFIG).is_file():
        check_resumable(config, run_dir)
    shards = Shards.current()
    shards.check(config.train_args.batch_size)
    keras.utils.set_random_seed(config.train_args.seed)
    datasets = build_datasets(config)
    model, trained = build_training(config, SampleFormat.of(datasets[0]), weights_dir)
    if shards.writes:
        _write_config(config, run_dir)
    batches, validation, size = _samples(config, datasets, model)
    session = Session.now({type(dataset).__name__: dataset.data_hash for dataset in datasets})
    started, scored = time.monotonic(), model if shards.devices == 1 else _alone(config, datasets)
    if shards.writes:
        add_session(run_dir, session)
    best = fit_run(scored, trained, batches, validation, config.train_args, run_dir, resume, callbacks)
    metrics = {
        "best": best, "parameters": model.network.count_params(), "train_samples": size,
        "data_hash": hash_of_parts([part.data_hash for part in datasets]), "commit": session.commit,
        "hardware": session.hardware, "seconds_since_start_or_resume": round(time.monotonic() - started),
    }  # fmt: skip
    if shards.writes:
        write_json(run_dir / METRICS, metrics)
    return metrics


def _write_config(config: ExperimentConfig, run_dir: Path) -> None:
    """Write it before data is loaded, which takes minutes: so a folder is named that cannot be written to."""
    with saving(run_dir / CONFIG):
        write_json(run_dir / CONFIG, config.to_dict())


def _samples(
    config: ExperimentConfig, datasets: Sequence[Dataset], model: Model
) -> tuple[Batches, Split, int]:
    """Load the data sets; return training batches, validation, and how many train."""
    parts = [usable(load(dataset).train, model.reject, "train") for dataset in datasets]
    validation = usable(in_memory(validation_of(config, datasets)), model.reject, "validation")
    train, mixture = mix(parts, config.mixture, config.train_args)
    batches = Batches(
        train, model, mixture, batch_size=config.train_args.batch_size, seed=config.train_args.seed,
        augment=config.train_args.augment,
    )  # fmt: skip
    return batches, validation, len(train)


def _alone(config: ExperimentConfig, datasets: Sequence[Dataset]) -> Model:
    """Return another model like that of the run, whose network computes on one device of this process."""
    with undistributed():
        return build_model(config, SampleFormat.of(datasets[0]))
