"""Wires a data set, a network and a job, and trains them: the one place that knows all three."""

import json
import logging
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Any

import keras

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.registry import DATASETS
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.models import MODELS
from text_recognizer.models.base import Model
from text_recognizer.networks import NETWORKS
from training.batches import Batches
from training.callbacks import BEST, LAST, Progress, ValidateAndCheckpoint
from training.checkpoints import load_checkpoint
from training.config import ExperimentConfig, TrainConfig
from training.schedule import WarmupCosine

logger = logging.getLogger(__name__)

CONFIG, METRICS = "config.json", "metrics.json"


def run(config: ExperimentConfig, run_dir: Path, resume: bool = False) -> dict[str, Any]:
    """Train one experiment and leave everything about it in `run_dir`.

    Args:
        config: What to train.
        run_dir: Folder of the run; gets config.json, history.csv, last.npz, best.npz, metrics.json and logs/.
        resume: Whether to go on from `run_dir`'s last checkpoint, if there is one.

    Returns:
        What metrics.json holds: the best epoch, test metrics, data hash, commit, hardware.

    Raises:
        ConfigError: If a name or an argument of the configuration is unknown.
        DataError: If a split has no usable sample.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    write_json(config.to_dict(), run_dir / CONFIG)
    keras.utils.set_random_seed(config.train_args.seed)
    dataset = _build(DATASETS, config.dataset, config.dataset_args)
    dataset.load_or_generate_data()
    logger.info("%s", dataset.describe())
    model = build_model(config, dataset.input_shape, dataset.output_shape)
    train, validation = (
        _usable(dataset.train, model, "train"),
        _usable(dataset.validation, model, "validation"),
    )

    started = time.monotonic()
    best = _fit(model, train, validation, config.train_args, run_dir, resume)
    load_checkpoint(run_dir / BEST, model.network.variables)
    test = model.evaluate(dataset.test.images, dataset.test.targets) if len(dataset.test) else {}
    logger.info("Test evaluation: %s", test)
    metrics = {
        "best": best,
        "test": test,
        "parameters": model.network.count_params(),
        "data_hash": dataset.data_hash,
        "train_samples": len(train),
        "commit": current_commit(),
        "hardware": f"{os.cpu_count()} x {platform.processor() or platform.machine()}",
        "seconds_since_start_or_resume": round(time.monotonic() - started),
    }
    write_json(metrics, run_dir / METRICS)
    return metrics


def build_model(
    config: ExperimentConfig, input_shape: tuple[int | None, ...], output_shape: tuple[int | None, ...]
) -> Model:
    """Build network and job, in bfloat16 where the configuration says so.

    Raises:
        ConfigError: If a name or an argument is unknown.
    """
    policy = "mixed_bfloat16" if config.train_args.mixed_precision else "float32"
    previous = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(policy)
    try:
        network = _build(NETWORKS, config.network, {**config.network_args}, input_shape, output_shape)
    finally:
        keras.mixed_precision.set_global_policy(previous)
    return MODELS[_known(MODELS, config.model)](network)


def _fit(
    model: Model, train: Split, validation: Split, config: TrainConfig, run_dir: Path, resume: bool
) -> dict[str, float]:
    """Train to the end and return the best epoch's row of the history."""
    checkpoints = ValidateAndCheckpoint(model, validation, run_dir, config.early_stopping_patience)
    batches = Batches(train, model, config.batch_size, seed=config.seed, augment=config.augment)
    model.network.compile(_optimizer(config, len(batches)), loss=model.loss, jit_compile=False)
    epoch = 0
    if resume and (run_dir / LAST).is_file():
        epoch = checkpoints.resume()
        logger.info("Resumed after epoch %d of %d", epoch, config.epochs)
        batches = Batches(
            train, model, config.batch_size, seed=config.seed, augment=config.augment, epoch=epoch
        )
    if epoch < config.epochs:
        model.network.fit(
            batches,
            initial_epoch=epoch,
            epochs=config.epochs,
            shuffle=False,
            verbose=0,
            callbacks=[
                checkpoints,
                Progress(config.batch_size),
                keras.callbacks.TensorBoard(str(run_dir / "logs"), write_graph=False),
                keras.callbacks.TerminateOnNaN(),
            ],
        )
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


def _usable(split: Split, model: Model, name: str) -> Split:
    """Return the samples that the model can be trained on; name the others."""
    kept = []
    for i, (sample_id, image, target) in enumerate(zip(split.ids, split.images, split.targets, strict=True)):
        if (reason := model.reject(image, target)) is None:
            kept.append(i)
        else:
            logger.warning("Skipped %s of %s: %s", sample_id, name, reason)
    if not kept:
        raise DataError(f"Expected samples to use in split {name}; none of {len(split)} can be used.")
    if len(kept) == len(split):
        return split
    return Split(
        [split.ids[i] for i in kept], [split.images[i] for i in kept], [split.targets[i] for i in kept]
    )


def _build(registry: dict[str, Any], name: str, kwargs: Any, *args: Any) -> Any:
    """Call the registered class or function; an argument that it does not take is a ConfigError."""
    try:
        return registry[_known(registry, name)](*args, **kwargs)
    except TypeError as error:
        raise ConfigError(
            f"Expected arguments that {name} takes; received {dict(kwargs)}: {error}."
        ) from error


def _known(registry: dict[str, Any], name: str) -> str:
    if name not in registry:
        raise ConfigError(f"Expected one of {sorted(registry)}; received {name!r}.")
    return name


def current_commit() -> str:
    """Return the commit of this checkout, with `+` if it has uncommitted changes; `unknown` without git."""
    here = Path(__file__).parent
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, check=True
        ).stdout.strip()
        changes = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=no"],
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + ("+" if changes else "")


def write_json(value: Any, path: Path) -> None:
    """Write JSON atomically."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    os.replace(temporary, path)
