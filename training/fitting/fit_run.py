"""Fits a run to its last epoch, from its last checkpoint if there is one."""

import logging
from collections.abc import Sequence
from pathlib import Path

import keras

from text_recognizer.datasets.dataset import Split
from text_recognizer.models.base import Model
from training.config import TrainConfig
from training.fitting.batches import Batches
from training.fitting.callbacks import LAST, Progress, ValidateAndCheckpoint
from training.fitting.loop import fit
from training.fitting.schedule import make_optimizer
from training.fitting.training_model import TrainingModel

logger = logging.getLogger(__name__)


def fit_run(
    model: Model, trained: TrainingModel, batches: Batches, validation: Split, config: TrainConfig,
    run_dir: Path, resume: bool, callbacks: Sequence[keras.callbacks.Callback],
) -> dict[str, float]:  # fmt: skip
    """Train to the last epoch of a run, from its last checkpoint if it is resumed.

    Args:
        model: Scores the validation split.
        trained: What to train, not yet compiled.
        batches: Its batches.
        validation: Samples by which the best epoch is chosen.
        config: How to train.
        run_dir: Folder of the run.
        resume: Whether to continue from its last checkpoint, if there is one.
        callbacks: Of Keras, beside those that every run has.

    Returns:
        The best epoch's row of the history.

    Raises:
        TrainingError: As `fit`.
    """
    optimizer = make_optimizer(config, len(batches))
    trained.compile(optimizer, jit_compile=False)
    checkpoints = ValidateAndCheckpoint(
        model, trained, optimizer, validation, run_dir, config.early_stopping_patience
    )
    progress = Progress(config.batch_size)
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
            callbacks=[checkpoints, progress, logs, *callbacks],
        )  # fmt: skip
    return checkpoints.best
