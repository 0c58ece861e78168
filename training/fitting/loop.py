"""Epochs of training: batches through Keras, with errors that name their samples."""

from collections.abc import Sequence

import keras

from training.fitting.batches import Batches
from training.fitting.feed import Feed
from training.fitting.spanning import SpanningCallbacks
from training.fitting.step_errors import StepErrors
from training.fitting.training_model import TrainingModel


def fit(
    trained: TrainingModel,
    batches: Batches,
    *,
    first: int = 0,
    step: int = 0,
    epochs: int = 1,
    workers: int = 1,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> None:
    """Train on the batches of epochs `first`, counted from 0, to `epochs` - 1.

    Args:
        trained: What to train, compiled.
        batches: Its batches.
        first: Epoch to begin with.
        step: Steps of that epoch that are done; if all are, only its callbacks are called.
        epochs: Number of all epochs.
        workers: Threads that prepare batches.
        callbacks: Of Keras.

    Raises:
        TrainingError: If a batch cannot be made, a step fails or the loss is no number.
    """
    if not trained.optimizer.built:  # Keras would make its variables in the step, and trace that twice
        trained.optimizer.build(trained.trainable_variables)
    begun = Feed(batches, trained.network, first, first + 1, workers, step)
    errors = StepErrors(batches, begun)
    spanning = SpanningCallbacks([errors, *callbacks], trained, epochs, len(batches))
    trained.stop_training = False  # an earlier training may have left it set
    with errors.named():
        if step:
            spanning.done = step
            _end_epoch(trained, begun, spanning, first)
            first += 1
        spanning.done = 0
        if first < epochs and not trained.stop_training:
            errors.feed = Feed(batches, trained.network, first, epochs, workers)
            trained.fit(
                errors.feed.for_keras(), initial_epoch=first, epochs=epochs, steps_per_epoch=len(batches),
                shuffle=False, verbose=0, callbacks=spanning,
            )  # fmt: skip
    spanning.end()


def _end_epoch(trained: TrainingModel, feed: Feed, callbacks: SpanningCallbacks, epoch: int) -> None:
    """Train the steps of an epoch that are left, or, if none is, end it."""
    steps_left = callbacks.params["steps"] - callbacks.done
    if steps_left:
        trained.fit(
            feed.for_keras(), initial_epoch=epoch, epochs=epoch + 1, steps_per_epoch=steps_left,
            shuffle=False, verbose=0, callbacks=callbacks,
        )  # fmt: skip
        return
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(epoch)
    callbacks.on_epoch_end(epoch, {name: float(v) for name, v in trained.get_metrics_result().items()})
