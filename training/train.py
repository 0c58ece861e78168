"""Wires data sets, a network and a model, and trains them: the one place that knows all three."""

import logging
import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.files import write_json
from text_recognizer.inference.artifacts import WEIGHTS_DIR
from text_recognizer.models.base import Model
from text_recognizer.tooling.checkout import current_commit
from training.build import build_datasets, build_model, data_hash, load
from training.config import ExperimentConfig, TrainConfig
from training.fitting.batches import Batches
from training.fitting.callbacks import LAST, Progress, ValidateAndCheckpoint
from training.fitting.initialization import initialize
from training.fitting.loop import fit
from training.fitting.mixture import mix, usable
from training.fitting.schedule import WarmupCosine
from training.fitting.teachers import load_teachers
from training.fitting.training_model import TrainingModel
from training.runs import CONFIG, METRICS, check_resumable

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
        run_dir: Folder of the run; gets config.json, history.csv, last.npz, best.npz, metrics.json and logs/.
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
    keras.utils.set_random_seed(config.train_args.seed)
    datasets = build_datasets(config)
    model = build_model(config, datasets[0].input_shape, datasets[0].output_shape)
    trained = _training_model(model, config.train_args, datasets[0], weights_dir)
    run_dir.mkdir(parents=True, exist_ok=True)
    write_json(run_dir / CONFIG, config.to_dict())
    parts = [usable(load(dataset).train, model.reject, "train") for dataset in datasets]
    train, mixture = mix(parts, config.mixture, config.train_args)
    batches = Batches(
        train, model, mixture, batch_size=config.train_args.batch_size, seed=config.train_args.seed,
        augment=config.train_args.augment,
    )  # fmt: skip
    validation = usable(datasets[0].validation, model.reject, "validation")

    started = time.monotonic()
    best = _fit(model, trained, batches, validation, config.train_args, run_dir, resume, callbacks)
    samples = {"data_hash": data_hash(datasets), "train_samples": len(train)}
    metrics = {
        "best": best, "parameters": model.network.count_params(), **samples, **_circumstances(started)
    }  # fmt: skip
    write_json(run_dir / METRICS, metrics)
    return metrics


def _circumstances(started: float) -> dict[str, Any]:
    """Return by what code, on what machine and for how long since `started` was trained."""
    return {
        "commit": current_commit(),
        "hardware": f"{os.cpu_count()} x {platform.processor() or platform.machine()}",
        "seconds_since_start_or_resume": round(time.monotonic() - started),
    }


def _training_model(model: Model, config: TrainConfig, dataset: Dataset, weights_dir: Path) -> TrainingModel:
    """Return what Keras trains, from the weights that the configuration names."""
    if config.init_from is not None:
        initialize(model.network, model.vocabulary, config.init_from, weights_dir)
    teachers = load_teachers(model, config.teachers, dataset, weights_dir)
    return TrainingModel(
        model.network,
        teachers,
        config.distillation_weight,
        config.shortcut_weight,
        config.consistency_weight,
        config.mask_share,
        config.ema,
    )


def _fit(
    model: Model, trained: TrainingModel, batches: Batches, validation: Split, config: TrainConfig,
    run_dir: Path, resume: bool, callbacks: Sequence[keras.callbacks.Callback],
) -> dict[str, float]:  # fmt: skip
    """Train to the end and return the best epoch's row of the history."""
    optimizer = _optimizer(config, len(batches))
    trained.compile(optimizer, loss=model.loss, jit_compile=False)
    checkpoints = ValidateAndCheckpoint(
        model, trained, optimizer, validation, run_dir, config.early_stopping_patience
    )
    epoch = 0
    if resume and (run_dir / LAST).is_file():
        epoch = checkpoints.resume()
        if config.schedule == "constant":  # then the rate is a variable, which the checkpoint has set
            optimizer.learning_rate = config.learning_rate
        logger.info("Resumed after epoch %d of %d", epoch, config.epochs)
    elif resume:
        logger.info("There is no finished epoch to go on from in %s: training begins anew", run_dir)
    if epoch < config.epochs:
        logs = keras.callbacks.TensorBoard(str(run_dir / "logs"), write_graph=False)
        fit(
            trained, batches, first=epoch, epochs=config.epochs, workers=config.workers,
            callbacks=[checkpoints, Progress(config.batch_size), logs, *callbacks],
        )  # fmt: skip
    return checkpoints.best


def _optimizer(config: TrainConfig, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    rate: Any = config.learning_rate
    if config.schedule == "cosine":
        cycles = [steps_per_epoch * epochs for epochs in config.cycle_epochs or (config.epochs,)]
        warmup = min(config.warmup_steps, cycles[0] - 1)
        rate = WarmupCosine(config.learning_rate, warmup, cycles, config.restart_factor)
    if config.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(
            rate, weight_decay=config.weight_decay, global_clipnorm=config.clip_norm
        )
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return optimizer
    cls = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}[config.optimizer]
    return cls(rate, global_clipnorm=config.clip_norm)
