"""Fits a run to its last epoch, from its last checkpoint if there is one."""

import logging
from collections.abc import Sequence
from pathlib import Path

import keras

from text_recognizer.datasets.dataset import Split
from text_recognizer.files import remove_partial_files
from text_recognizer.models.base import Model
from training.config import TrainConfig
from training.fitting.batches import Batches
from training.fitting.callbacks import LAST, Progress, ValidateAndCheckpoint
from training.fitting.loop import fit
from training.fitting.schedule import make_optimizer
from training.fitting.shards import Shards
from training.fitting.training_model import TrainingModel
from training.session.stopping import DeferredStop

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
        StopRequested: After SIGTERM; the steps that were done are saved.
        TrainingError: As `fit`.
    """
    optimizer = make_optimizer(config, len(batches))
    trained.compile(optimizer, jit_compile=False)
    with DeferredStop() as stop:
        checkpoints = ValidateAndCheckpoint(
            model, trained, optimizer, validation, run_dir, config.early_stopping_patience, stop
        )
        epoch, step = _resumed(checkpoints, run_dir) if resume else (0, 0)
        if epoch + step and config.schedule == "constant":  # a variable, which the checkpoint has set
            optimizer.learning_rate = config.learning_rate
        if epoch < config.epochs and not checkpoints.stopped:
            written = _written(run_dir, callbacks) if Shards.current().writes else []
            fit(
                trained, batches, first=epoch, step=step, epochs=config.epochs, workers=config.workers,
                callbacks=[checkpoints, Progress(config.batch_size), *written],
            )  # fmt: skip
    return checkpoints.best


def _written(run_dir: Path, callbacks: Sequence[keras.callbacks.Callback]) -> list[keras.callbacks.Callback]:
    """Return the callbacks of the one process that writes the files of a run."""
    return [keras.callbacks.TensorBoard(str(run_dir / "logs"), write_graph=False), *callbacks]


def _resumed(checkpoints: ValidateAndCheckpoint, run_dir: Path) -> tuple[int, int]:
    """Load the last checkpoint, if any; return the epochs and the steps of the next one that are done."""
    if Shards.current().writes:
        remove_partial_files(run_dir)
    if not (run_dir / LAST).is_file():
        logger.info("There is no checkpoint to go on from in %s: training begins anew", run_dir)
        return 0, 0
    epoch, step = checkpoints.resume()
    logger.info("Resumed after %d epochs and %d steps of the next", epoch, step)
    return epoch, step
