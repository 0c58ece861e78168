"""The epochs of a run: batches through Keras, with errors that name their samples."""

import logging
from collections.abc import Sequence
from pathlib import Path

import keras

from text_recognizer.datasets.dataset import Split
from text_recognizer.models.base import Model
from training.config import TrainConfig
from training.fitting.batches import Batches
from training.fitting.callbacks import LAST, Progress, ValidateAndCheckpoint
from training.fitting.feed import Feed
from training.fitting.schedule import make_optimizer
from training.fitting.step_errors import StepErrors
from training.fitting.training_model import TrainingModel

logger = logging.getLogger(__name__)


def fit(
    trained: TrainingModel,
    batches: Batches,
    *,
    first: int = 0,
    epochs: int = 1,
    workers: int = 1,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> None:
    """Train on the batches of epochs `first`, counted from 0, to `epochs` - 1.

    Args:
        trained: What to train, compiled.
        batches: Its batches.
        first: Epoch to begin with.
        epochs: Number of all epochs.
        workers: Threads that prepare batches.
        callbacks: Of Keras.

    Raises:
        TrainingError: If a batch cannot be made, a step fails or the loss is no number.
    """
    feed = Feed(batches, trained.network, first, epochs, workers)
    if not trained.optimizer.built:  # Keras would make its variables in the step, and trace that twice
        trained.optimizer.build(trained.trainable_variables)
    errors = StepErrors(batches, feed)
    with errors.named():
        trained.fit(
            feed.for_keras(), initial_epoch=first, epochs=epochs, steps_per_epoch=len(batches), shuffle=False,
            verbose=0, callbacks=[errors, *callbacks],
        )  # fmt: skip


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
